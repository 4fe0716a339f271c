"""Rows of the history and the progress are on disk while the training is running."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.runs.progress import Progress, duration, read_progress
from lightning_modules.recording.csv_logger import HistoryLogger
from lightning_modules.recording.history import read_history
from lightning_modules.recording.progress_file import ProgressFile

RUN = "0123456789ab"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "was not written"
        time.sleep(0.01)


def test_logged_rows_are_on_disk_while_the_training_computes(tmp_path: Path) -> None:
    logger = HistoryLogger(tmp_path / "log", tmp_path / "history.csv", ProgressFile(tmp_path / "progress.json"))
    with logger.flushing(seconds=0.01):
        logger.log_metrics({"epoch": 0, "loss": 0.5}, 0)
        wait_for(lambda: logger.file.is_file() and read_history(logger.file)["loss"][0].value == 0.5)
        logger.log_metrics({"epoch": 1, "loss": 0.4, "val/acc": 0.9}, 1)  # rewrites the header
        wait_for(lambda: "val/acc" in logger.file.read_text() and len(read_history(logger.file)["loss"]) == 2)
        wait_for(lambda: json.loads((tmp_path / "progress.json").read_text())["metrics"].get("val/acc") == 0.9)


def test_rows_are_written_once_also_if_the_thread_is_slow(tmp_path: Path) -> None:
    logger = HistoryLogger(tmp_path / "log")
    with logger.flushing(seconds=1000):
        for step in range(5):
            logger.log_metrics({"epoch": 0, "loss": step}, step)
    assert [value.step for value in read_history(logger.flush())["loss"]] == [0, 1, 2, 3, 4]


def test_disk_that_is_full_stops_only_the_thread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "progress.json").mkdir()  # cannot be replaced by a file
    progress = ProgressFile(tmp_path / "progress.json")
    logger = HistoryLogger(tmp_path / "log", progress=progress)
    with logger.flushing(seconds=0.01):
        logger.log_metrics({"epoch": 0, "loss": 1.0}, 0)
        wait_for(lambda: "progress of the training is not written" in capsys.readouterr().err)
        logger.log_metrics({"epoch": 0, "loss": 2.0}, 1)
    assert len(read_history(logger.flush())["loss"]) == 2


def test_speed_and_remaining_time_are_those_since_the_first_step(tmp_path: Path) -> None:
    """A training that resumes at half is half as long again as what it has done since."""
    clock, samples = Clock(), 0
    progress = ProgressFile(tmp_path / "progress.json", lambda: samples, clock)
    progress.epochs, progress.steps = 4, 100
    clock.now = 50.0
    progress.set_position(3, 50, 0.5)
    clock.now, samples = 60.0, 1000
    progress.set_position(3, 75, 0.75)
    assert progress.current() == Progress(3, 4, 75, 100, {}, 100.0, 10.0)
    assert progress.current().line == "epoch 3/4  step 75/100  100 samples/s  10 s left"


def test_function_that_only_logs_has_an_epoch_a_step_and_its_metrics(tmp_path: Path) -> None:
    progress = ProgressFile(tmp_path / "progress.json")
    progress.add_row({"epoch": 2, "train_loss_step": 0.25, "val/acc": float("nan")}, 7)
    assert progress.current().line == "epoch 3  step 8  val/acc nan  train_loss 0.25"


def test_written_progress_is_read_again(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    progress = ProgressFile(lab.progress(RUN))
    progress.write()
    assert read_progress(lab, RUN) is None, "the training has not begun"
    progress.add_row({"epoch": 0, "loss": 0.5}, 0)
    progress.write()
    assert read_progress(lab, RUN) == Progress(1, None, 1, None, {"loss": 0.5})


DAMAGED = {"no JSON": "{", "a list": "[]", "texts": '{"metrics": {"a": "b"}}', "no metrics": '{"metrics": 1}'}


@pytest.mark.parametrize("text", [*DAMAGED.values(), '{"metrics": {}, "step": "a"}'], ids=[*DAMAGED, "a text as step"])
def test_damaged_progress_is_none(tmp_path: Path, text: str) -> None:
    lab = Lab(tmp_path)
    lab.progress(RUN).parent.mkdir(parents=True)
    lab.progress(RUN).write_text(text)
    assert read_progress(lab, RUN) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (59.4, "59 s"), (60, "0:01:00"), (3 * 3600 + 62, "3:01:02")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
