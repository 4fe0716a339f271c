"""The check of `wandb_run` reads the local log of an offline run, and detects damaged logs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.deliverables.check import FinishedRun, TrackedRun
from compiler.deliverables.wandb_run import WandbRun
from lightning_modules.checks.wandb_run import check
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.wandb_log import _chunks, find_logs, read_run_log


def spec(*metrics: str, path: str = "output/wandb") -> SimpleNamespace:
    return SimpleNamespace(path=path, required_metrics=list(metrics) or ["train_loss", "eval_loss"], mode="offline")


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run without the hashes of its files, so that only reading the log can show damage."""
    copy = shutil.copytree(finished, tmp_path / "run")
    (copy / "status.json").unlink()
    return copy


def log_files(folder: Path) -> list[Path]:
    return list(folder.rglob("run-*.wandb"))


def test_log_of_an_offline_run_is_read(finished_run: Callable[..., FinishedRun]) -> None:
    result = check(finished_run(), spec())
    assert result.passed, result.detail
    assert result.detail == (
        "read from the local log, not uploaded: finished, train_loss in 170 rows, eval_loss in 5 rows"
    )


@pytest.mark.parametrize(
    ("mode", "passed", "is_unsynced"),
    [("offline", True, False), ("online", False, True), (None, False, True)],
)
def test_complete_local_log_passes_only_if_the_deliverable_asks_for_no_more(
    mode: str | None, passed: bool, is_unsynced: bool, finished_run: Callable[..., FinishedRun]
) -> None:
    result = check(finished_run(), SimpleNamespace(path="output/wandb", required_metrics=["eval_loss"], mode=mode))
    assert (result.passed, result.is_unsynced) == (passed, is_unsynced)
    assert passed or "proband sync" in result.detail


def test_damaged_local_log_does_not_wait_for_its_upload(folder: Path, finished_run: Callable[..., FinishedRun]) -> None:
    edit_log(folder, lambda content: content[:-1])
    result = check(finished_run(folder), WandbRun(type="wandb_run"))
    assert (result.passed, result.is_unsynced) == (False, False)


def test_result_names_project_and_run_of_an_offline_run(finished_run: Callable[..., FinishedRun]) -> None:
    assert check(finished_run(), spec()).tracked == TrackedRun("proband", "0123456789ab")


@pytest.mark.parametrize(("project", "passed"), [("proband", True), ("research", False)])
def test_run_must_be_in_the_project_of_the_deliverable(
    project: str, passed: bool, finished_run: Callable[..., FinishedRun]
) -> None:
    required = WandbRun(type="wandb_run", project=project, run_id="auto-generated", mode="offline")
    result = check(finished_run(), required)
    assert result.passed is passed
    assert passed or "the run is in the project 'proband', not 'research'" in result.detail


def edit_log(folder: Path, change: Callable[[bytes], bytes]) -> None:
    (path,) = log_files(folder)
    path.write_bytes(change(path.read_bytes()))


def without_last_record(content: bytes) -> bytes:
    *_, (start, _, _) = _chunks(Path(), content)
    return content[:start]


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing folder": (lambda folder: shutil.rmtree(folder / "output/wandb"), "contains 0 W&B logs"),
    "two logs": (
        lambda folder: shutil.copytree(log_files(folder)[0].parent, folder / "output/wandb/b"),
        "contains 2 W&B logs",
    ),
    "truncated": (lambda folder: edit_log(folder, lambda content: content[:-1]), "cannot be read: run-"),
    "altered": (lambda folder: edit_log(folder, lambda content: content.replace(b"eval", b"test")), "checksum"),
    "empty": (lambda folder: edit_log(folder, lambda _: b""), "not a log of W&B"),
    "unfinished": (lambda folder: edit_log(folder, without_last_record), "did not finish"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_log_fails_the_check(
    damage: Callable[[Path], Any], detail: str, folder: Path, finished_run: Callable[..., FinishedRun]
) -> None:
    damage(folder)
    result = check(finished_run(folder), spec())
    assert not result.passed
    assert detail in result.detail


def test_changed_log_is_detected_by_the_hash(
    finished: Path, finished_run: Callable[..., FinishedRun], tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    edit_log(folder, lambda content: content + b"\0")
    assert "is missing or was changed after the training" in check(finished_run(folder), spec()).detail


def test_missing_metrics_are_listed(finished_run: Callable[..., FinishedRun]) -> None:
    result = check(finished_run(), spec("train_loss", "bleu", "rouge"))
    assert (result.passed, result.detail) == (False, "the history lacks bleu, rouge")


def test_log_of_another_run_fails_the_check(finished: Path, finished_run: Callable[..., FinishedRun]) -> None:
    other = FinishedRun("ba9876543210", finished, finished_run().config, {})
    assert check(other, spec()).detail == "the log belongs to run 0123456789ab"


@pytest.mark.parametrize("tracking", [{"mode": "none"}, {}, None], ids=["off", "empty", "absent"])
def test_run_without_tracking_fails_the_check(
    tracking: dict[str, Any] | None, finished_run: Callable[..., FinishedRun]
) -> None:
    result = check(finished_run(tracking=tracking), spec())
    assert not result.passed
    assert "set tracking to offline" in result.detail


def test_failed_run_is_tracked_with_exit_code_1(tmp_path: Path, finished_run: Callable[..., FinishedRun]) -> None:
    config, output = finished_run().config, tmp_path / "output"
    output.mkdir()
    with pytest.raises(ValueError, match="a bug"), tracked_training(RunToTrack("0123456789ab", config, output)):
        raise ValueError("a bug")
    assert read_run_log(find_logs(tmp_path)[0]).exit_code == 1
