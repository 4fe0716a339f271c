"""A run that is logged to TensorBoard can be read back, and a log that differs from the run does not pass."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from test_tracked_training import DATA, RUN_ID, run_in, train
from torch.utils.tensorboard import SummaryWriter

from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.wandb_run import TrackedRunLog
from compiler.tracking.record import read_problem, read_tracking
from lightning_modules.checks.tracker_log import check
from lightning_modules.checks.wandb_run import check as check_wandb
from lightning_modules.tracking.tracker import RunToTrack

SPEC = TrackedRunLog(type="tracked_run")
TRACKING = {"tracker": "tensorboard", "mode": "offline"}


def trained(folder: Path, error: Exception | None = None) -> RunToTrack:
    run = run_in(folder)
    run = replace(run, config={**run.config, "tracking": TRACKING})
    write_json(run.folder / "config.json", {"config": run.config})
    if error is None:
        train(run)
    else:
        with pytest.raises(type(error)):
            train(run, error)
    write_json(run.output / "metrics.json", {"schema_version": 1, "accuracy": 0.9})
    return run


def result(run: RunToTrack) -> CheckResult:
    return check(FinishedRun(RUN_ID, run.folder, run.config, DATA), SPEC)


def event_file(run: RunToTrack) -> Path:
    (file,) = (run.output / "tensorboard").iterdir()
    return file


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunToTrack:
    from lightning_modules.tracking import tracked_training

    monkeypatch.setattr(tracked_training, "final_metrics", lambda _: {"accuracy": 0.9})
    return trained(tmp_path / "run")


def test_run_is_read_back(run: RunToTrack) -> None:
    assert read_problem(run.folder) is None
    passed = result(run)
    assert passed.passed, passed.detail
    assert passed.detail == "read from the event file: finished, loss in 3 rows"
    record = read_tracking(run.folder)
    assert record is not None
    assert (record.tracker, record.mode, record.rows["loss"], record.url) == ("tensorboard", "offline", 3, None)
    assert {artifact.type for artifact in record.artifacts} == {"model", "dataset"}


def test_name_of_the_file_is_without_the_name_of_the_machine(run: RunToTrack) -> None:
    assert event_file(run).name.endswith(".run")
    assert platform.node() not in event_file(run).name


def append_row(run: RunToTrack) -> None:
    with SummaryWriter(str(run.output / "tensorboard")) as writer:
        writer.add_scalar("loss", 0.0, 9)


def flip_byte(run: RunToTrack) -> None:
    content = bytearray(event_file(run).read_bytes())
    content[len(content) // 2] ^= 1
    event_file(run).write_bytes(content)


def cut(run: RunToTrack) -> None:
    event_file(run).write_bytes(event_file(run).read_bytes()[:-3])


def remove_log(run: RunToTrack) -> None:
    event_file(run).unlink()


def change_metric(run: RunToTrack) -> None:
    write_json(run.output / "metrics.json", {"schema_version": 1, "accuracy": 0.91})


def add_row_to_history(run: RunToTrack) -> None:
    with (run.output / "history.csv").open("a", encoding="utf-8") as file:
        file.write("3,3,0.1\n")


def change_weights(run: RunToTrack) -> None:
    (run.output / "final_model/model.safetensors").write_bytes(b"other")


def change_config(run: RunToTrack) -> None:
    content = read_json(run.folder / "config.json")
    content["config"]["model"]["lr"] = 0.2
    write_json(run.folder / "config.json", content)


MISTAKES: dict[str, tuple[Callable[[RunToTrack], None], str]] = {
    "a second file": (append_row, "contains 2 event files, expected 1"),
    "a changed byte": (flip_byte, "damaged or incomplete"),
    "a cut file": (cut, "damaged or incomplete"),
    "no file": (remove_log, "contains 0 event files, expected 1"),
    "another metric": (change_metric, "the final metrics differ"),
    "another history": (add_row_to_history, "loss has 3 rows, the training logged 4"),
    "other weights": (change_weights, "the digests of the model or the data differ"),
    "another config": (change_config, "the config differs"),
}


@pytest.mark.parametrize(("damage", "detail"), MISTAKES.values(), ids=MISTAKES.keys())
def test_log_that_differs_does_not_pass(damage: Callable[[RunToTrack], None], detail: str, run: RunToTrack) -> None:
    damage(run)
    failed = result(run)
    assert not failed.passed
    assert detail in failed.detail


def test_run_that_failed_does_not_pass(tmp_path: Path) -> None:
    run = trained(tmp_path / "run", ValueError("a bug"))
    assert "the run ended with exit code 1" in result(run).detail


def test_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    run = trained(tmp_path / "run")
    problem = read_problem(run.folder)
    assert problem is not None
    assert (problem.stage, problem.log_complete) == ("start", False)
    assert 'pip install "proband[tensorboard]"' in problem.reason
    failed = result(run)
    assert (failed.passed, failed.is_missing) == (False, True)
    assert 'pip install "proband[tensorboard]"' in failed.detail


def test_wandb_run_of_another_tracker_names_the_remedy(run: RunToTrack) -> None:
    failed = check_wandb(FinishedRun(RUN_ID, run.folder, run.config, DATA), SPEC)
    assert (failed.passed, failed.is_missing) == (False, True)
    assert "tracked with tensorboard" in failed.detail
    assert "tracked_run" in failed.detail


def test_run_without_tracking_has_no_log(run: RunToTrack) -> None:
    config = {**run.config, "tracking": {"mode": "disabled"}}
    failed = check(FinishedRun(RUN_ID, run.folder, config, DATA), SPEC)
    assert (failed.passed, failed.is_missing) == (False, True)
    assert json.dumps(failed.detail)
