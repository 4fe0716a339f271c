"""Runs are uploaded if they are completed, tracked with W&B, and not validated on the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.record import PROBLEM, RECORD, TrackingProblem, TrackingRecord
from compiler.tracking.upload import UPLOADED
from lab.sync import upload_runs as upload_module
from lab.sync.pending_runs import PendingRun, pending_runs
from lab.sync.upload_runs import SyncedRun, upload_runs
from lightning_modules.checks.tracked_run.server import ServerFailed
from lightning_modules.run_store.complete_tracking import record_problem
from lightning_modules.run_store.wandb_upload import UploadFailed
from proband.cli.tracking.sync_command import untried_lines
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck
from tests.plans import deliverable, plan_of, planned_experiment, run_job
from tests.run_files import write_run

OFFLINE = TrackingRecord("wandb", "offline", "research", None, "a").to_json()
ONLINE = OFFLINE | {"mode": "online"}
FAILED_START = TrackingProblem("wandb", "online", "start", "no server", "2030").to_json()
LOST_ROWS = TrackingProblem("wandb", "offline", "training", "died", "2030", log_complete=False).to_json()
ADDRESS = {"project": "research", "entity": None, "run_id": "a"}

# Files of the run, its status, the verdict about it -> whether it is pending, and whether its log is complete.
CASES: dict[str, tuple[dict[str, Any], str, str | None, bool | None]] = {
    "logged offline": ({RECORD: OFFLINE}, "completed", None, True),
    "logged offline, verdict open": ({RECORD: OFFLINE}, "completed", "recorded_not_synced", True),
    "logged by an earlier version": ({}, "completed", None, False),
    "uploaded and validated": ({RECORD: OFFLINE, UPLOADED: ADDRESS}, "completed", "delivered", None),
    "uploaded, and the server lost it": ({RECORD: OFFLINE, UPLOADED: ADDRESS}, "completed", "missing", True),
    "logged online": ({RECORD: ONLINE}, "completed", None, None),
    "logged online, and not all was sent": ({RECORD: ONLINE, PROBLEM: FAILED_START}, "completed", None, False),
    "logged online, server has other data": ({RECORD: ONLINE}, "completed", "invalid", False),
    "rows were lost": ({RECORD: OFFLINE, PROBLEM: LOST_ROWS}, "completed", None, False),
    "damaged record": ({RECORD: []}, "completed", None, False),
    "failed": ({RECORD: OFFLINE}, "failed", None, None),
    "a complete local log is enough": ({RECORD: OFFLINE}, "completed", "delivered", True),
}


def tracked_lab(
    root: Path, files: dict[str, Any], status: str, verdict: str | None, tracker: str = "wandb"
) -> tuple[Lab, Any]:
    lab = Lab(root)
    write_run(lab, "a", status=status)
    for path, content in files.items():
        write_json(lab.run("a") / path, content)
    write_json(lab.run_job("a"), run_job("a", {"tracking": {"project": "research", "tracker": tracker}}).to_json())
    spec = WandbRun(type="wandb_run")
    planned = {"wandb_run": deliverable(type="wandb_run", path="output/wandb")}
    experiment = planned_experiment("study", {"a": {}}, deliverables=planned, tracking="offline", tracker=tracker)
    if verdict is not None:
        check = RunCheck(verdict, verdict == "delivered", "")  # type: ignore[arg-type]
        write_json(lab.deliverable("study", "wandb_run"), CheckedDeliverable.of_runs(spec, {"a": check}).to_json())
    return lab, plan_of(experiment)


@pytest.mark.parametrize(("files", "status", "verdict", "is_complete"), CASES.values(), ids=CASES)
def test_pending_runs(
    files: dict[str, Any], status: str, verdict: str | None, is_complete: bool | None, tmp_path: Path
) -> None:
    lab, plan = tracked_lab(tmp_path, files, status, verdict)
    expected = [] if is_complete is None else [("a", is_complete)]
    assert [(run.job.run_id, run.is_complete) for run in pending_runs(lab, plan, ["study"])] == expected


def test_runs_of_another_tracker_are_not_uploaded(tmp_path: Path) -> None:
    lab, plan = tracked_lab(tmp_path, {RECORD: OFFLINE}, "completed", None, tracker="tensorboard")
    assert list(pending_runs(lab, plan, ["study"])) == []


def test_mode_of_a_pending_run_is_that_of_its_experiment(tmp_path: Path) -> None:
    lab, plan = tracked_lab(tmp_path, {RECORD: OFFLINE}, "completed", None)
    (run,) = pending_runs(lab, plan, ["study"])
    assert run.job.config["tracking"]["mode"] == "offline"
    record_problem(lab.run("a"), run.job, UploadFailed("no network"))
    assert read_json(lab.run("a") / PROBLEM)["mode"] == "offline"


def pending_of(lab: Lab, *run_ids: str, is_complete: bool = True) -> list[PendingRun]:
    """Return pending runs with a log each."""
    for run_id in run_ids:
        log = lab.run(run_id) / f"output/wandb/offline-run-1/run-{run_id}.wandb"
        log.parent.mkdir(parents=True)
        log.touch()
    config = {"tracking": {"project": "research", "mode": "offline"}}
    return [PendingRun(run_job(run_id, config), is_complete) for run_id in run_ids]


def test_without_a_server_no_run_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(tmp_path)
    monkeypatch.setattr(upload_module, "refusal_of_server", lambda: ServerFailed("no answer"))
    synced = list(upload_runs(lab, pending_of(lab, "a", "b", is_complete=False)))
    assert synced == [SyncedRun(run_id, "no answer", is_tried=False) for run_id in "ab"]
    assert not list(tmp_path.rglob("tracking"))
    assert list(untried_lines(synced)) == ["2 runs were not uploaded: no answer"]


def test_after_a_failed_upload_the_other_runs_are_not_marked(tmp_path: Path) -> None:
    lab = Lab(tmp_path)

    def refuse(*_: object) -> None:
        raise UploadFailed("the key is wrong")

    synced = list(upload_runs(lab, pending_of(lab, "a", "b", "c"), refuse))
    assert [(run.run_id, run.is_tried) for run in synced] == [("a", True), ("b", False), ("c", False)]
    assert [path.parent.name for path in tmp_path.rglob("tracking")] == ["a"]
    assert list(untried_lines(synced)) == ["2 runs were not uploaded for the same reason"]


def test_run_that_was_changed_does_not_keep_others_from_the_server(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    pending = [*pending_of(lab, "a", is_complete=False), *pending_of(lab, "b")]
    changed, uploaded = upload_runs(lab, pending, lambda *_: None)
    assert "were changed after the training" in changed.problem
    assert uploaded == SyncedRun("b")
    assert list(untried_lines([changed, uploaded])) == []


def test_failed_upload_is_recorded_and_a_successful_one_clears_the_problem(tmp_path: Path) -> None:
    lab, plan = tracked_lab(tmp_path, {RECORD: OFFLINE, PROBLEM: FAILED_START}, "completed", None)
    log = lab.run("a") / "output/wandb/offline-run-1/run-a.wandb"
    log.parent.mkdir(parents=True)
    log.touch()

    def refuse(*_: object) -> None:
        raise UploadFailed("the key is wrong")

    pending = list(pending_runs(lab, plan, ["study"]))
    assert list(upload_runs(lab, pending, refuse)) == [SyncedRun("a", "the key is wrong")]
    assert "the key is wrong" in (lab.run("a") / PROBLEM).read_text(encoding="utf-8")
    assert not (lab.run("a") / UPLOADED).exists()
    assert list(upload_runs(lab, pending, lambda *_: None)) == [SyncedRun("a")]
    assert (lab.run("a") / UPLOADED).is_file()
    assert not (lab.run("a") / PROBLEM).exists()
