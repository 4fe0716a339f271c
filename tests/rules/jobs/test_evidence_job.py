"""The evidence job tracks the completed runs of an experiment that asks for more than they have."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import RunError, RunStatus
from compiler.tracking.record import read_problem
from lightning_modules.run_store.wandb_upload import UploadFailed
from rules.jobs import evidence
from tests.plans import plan_of, planned_experiment, run_job

ONLINE = {"mode": "online", "project": "proband"}
RUNS = ("done", "failed", "tracked")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with a completed run, a failed one, and one that was tracked offline. Another experiment asks for more."""
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    for name in RUNS:
        failure = RunError("non_finite", "loss is nan") if name == "failed" else None
        write_json(lab.status(name), RunStatus("failed" if failure else "completed", name, error=failure).to_json())
        write_json(lab.run_job(name), run_job(name, {"seed": 0, "tracking": ONLINE}).to_json())
    write_text(lab.run("tracked") / "output/wandb/offline-run-1/run-1.wandb", "log")
    return lab


@pytest.mark.parametrize(
    ("mode", "tracked"), [("disabled", []), ("offline", ["done"]), ("online", ["done", "tracked"])]
)
def test_runs_are_tracked_as_the_experiment_asks(
    mode: str, tracked: list[str], lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, Any]] = []

    def complete(folder: Path, job: RunJob, _: object) -> None:
        calls.append((job.run_id, job.config["tracking"]))
        assert folder == lab.run(job.run_id)

    monkeypatch.setattr(evidence, "complete_tracking", complete)
    study = planned_experiment("study", {name: {} for name in RUNS}, tracking=mode)
    write_json(Path("plan.json"), plan_of(study).to_json())
    monkeypatch.setattr(sys, "argv", ["evidence", "plan.json", "study", "evidence.json"])
    assert evidence.main() == 0
    assert calls == [(name, ONLINE | {"mode": mode}) for name in tracked]
    assert read_json(Path("evidence.json"))["runs"] == {name: sha256_of_file(lab.status(name)) for name in RUNS}


def test_a_tracker_that_fails_is_recorded_and_does_not_fail_the_job(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def complete(*_: object) -> None:
        raise UploadFailed("no server")

    monkeypatch.setattr(evidence, "complete_tracking", complete)
    study = planned_experiment("study", {name: {} for name in RUNS}, tracking="online")
    write_json(Path("plan.json"), plan_of(study).to_json())
    monkeypatch.setattr(sys, "argv", ["evidence", "plan.json", "study", "evidence.json"])
    assert evidence.main() == 0
    problem = read_problem(lab.run("done"))
    assert problem is not None
    assert (problem.stage, problem.mode, problem.reason) == ("upload", "online", "no server")
