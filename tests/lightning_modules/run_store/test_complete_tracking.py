"""A finished run is tracked later for an experiment that asks for more, from its files and without a training."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from training_jobs import RUN_ID

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json
from compiler.base.paths import ENGINE
from compiler.deliverables.check import FinishedRun
from compiler.plan.planned_run import RunJob
from lightning_modules.checks.wandb_run import check
from lightning_modules.run_store import wandb_upload
from lightning_modules.run_store.complete_tracking import complete_tracking, record_problem
from lightning_modules.run_store.wandb_upload import UntilFirstFailure, UploadFailed
from lightning_modules.tracking.wandb_log import find_logs, read_run_log

SPEC = SimpleNamespace(path="output/wandb", required_metrics=["train_loss", "eval_loss"], mode="offline")
ONLINE = {"mode": "online", "project": "proband", "entity": "lab"}


@pytest.fixture
def untracked(finished: Path, tmp_path: Path) -> Path:
    """A completed run as if it had been trained without tracking."""
    folder = shutil.copytree(finished, tmp_path / "run")
    shutil.rmtree(folder / "output/wandb")
    status = read_json(folder / "status.json")
    status["artifacts"] = {path: value for path, value in status["artifacts"].items() if "wandb" not in path}
    (folder / "status.json").write_text(json.dumps(status))
    return folder


def with_tracking(job: RunJob, tracking: dict[str, Any]) -> RunJob:
    return replace(job, config={**job.config, "tracking": tracking})


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file): sha256_of_file(file) for file in folder.rglob("*") if file.is_file() and "tracking" not in str(file)
    }


def test_log_is_written_from_history_metrics_and_config(untracked: Path, finished: Path, tracked_job: RunJob) -> None:
    before = hashes(untracked)
    complete_tracking(untracked, tracked_job)
    (file,) = find_logs(untracked)
    log, trained = read_run_log(file), read_run_log(find_logs(finished)[0])
    assert (log.run_id, log.project, log.exit_code) == (trained.run_id, trained.project, 0)
    assert log.config == trained.config
    assert log.history["train_loss"] == trained.history["train_loss"]
    assert log.history["eval_loss"] == trained.history["eval_loss"]
    assert log.summary["accuracy"] == trained.summary["accuracy"]
    assert check(FinishedRun(RUN_ID, untracked, tracked_job.config, {}), SPEC).passed
    assert hashes(untracked) == before, "the files of the training are unchanged"
    complete_tracking(untracked, tracked_job)
    assert find_logs(untracked) == [file], "a tracked run is not tracked again"
    assert [entry.name for entry in untracked.iterdir() if entry.name.startswith(".tracking")] == []


class Uploads:
    """Records what would be sent to the server."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []

    def __call__(self, log_folder: Path, run_id: str, tracking: Mapping[str, Any]) -> None:
        self.calls.append((log_folder.parent.parent.name, run_id, tracking))


@pytest.mark.parametrize("folder", ["output", "tracking"], ids=["trained offline", "tracked later"])
def test_offline_run_is_uploaded_once_for_an_experiment_that_asks_for_it(
    folder: str, finished: Path, tmp_path: Path, tracked_job: RunJob
) -> None:
    run, uploads = shutil.copytree(finished, tmp_path / "run"), Uploads()
    if folder == "tracking":
        (run / "tracking").mkdir()
        (run / "output/wandb").rename(run / "tracking/wandb")
    job = with_tracking(tracked_job, ONLINE)
    complete_tracking(run, job, uploads)
    complete_tracking(run, job, uploads)
    assert uploads.calls == [(folder, RUN_ID, ONLINE)]
    uploaded = read_json(run / "tracking/uploaded.json")
    assert (uploaded["project"], uploaded["entity"], uploaded["run_id"]) == ("proband", "lab", RUN_ID)


def test_failed_upload_is_reported_and_tried_again(finished: Path, tmp_path: Path, tracked_job: RunJob) -> None:
    run = shutil.copytree(finished, tmp_path / "run")

    def unreachable(*_: Any) -> None:
        raise UploadFailed("no network")

    with pytest.raises(UploadFailed):
        complete_tracking(run, with_tracking(tracked_job, ONLINE), unreachable)
    assert not (run / "tracking/uploaded.json").exists()


def test_after_the_first_failed_upload_no_other_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def unreachable(_: Path, run_id: str, __: Mapping[str, Any]) -> None:
        calls.append(run_id)
        raise UploadFailed("no network")

    monkeypatch.setattr(wandb_upload, "sync", unreachable)
    upload = UntilFirstFailure()
    for run_id in ("first", "second"):
        with pytest.raises(UploadFailed, match="no network"):
            upload(tmp_path, run_id, ONLINE)
    assert calls == ["first"]


def test_message_of_a_failed_upload_names_run_and_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 1, "", "wandb: ERROR\nno API key")
    monkeypatch.setattr(wandb_upload.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(UploadFailed, match=r"run 0123456789ab: .*wandb: ERROR no API key \(check `wandb login`"):
        wandb_upload.sync(tmp_path, RUN_ID, ONLINE)


@pytest.mark.parametrize("path", ["output/history.csv", "output/metrics.json"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_damaged_run_gets_no_log(path: str, damage: str, untracked: Path, tracked_job: RunJob) -> None:
    (untracked / path).unlink()
    if damage == "changed":
        (untracked / path).write_text("{}")
    complete_tracking(untracked, tracked_job)
    assert find_logs(untracked) == []


def test_nothing_is_written_without_tracking(untracked: Path, tracked_job: RunJob) -> None:
    complete_tracking(untracked, with_tracking(tracked_job, {"mode": "none"}))
    assert find_logs(untracked) == []


def test_tracked_runs_need_no_heavy_import() -> None:
    program = (
        "import sys, rules.jobs.evidence; print(*(n for n in ('torch', 'lightning', 'wandb') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ENGINE, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_problem_of_an_upload_is_recorded_without_the_key(
    untracked: Path, tracked_job: RunJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "plainword")
    record_problem(untracked, tracked_job, UploadFailed("the server refused plainword"))
    assert read_json(untracked / "tracking/problem.json")["reason"] == "the server refused <key>"
