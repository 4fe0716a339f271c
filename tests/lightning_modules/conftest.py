"""A lab that contains the digits data, and a finished run."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from training_jobs import RUN_ID, Clock, config_group, run_job

from compiler.base.paths import Lab
from compiler.deliverables.check import FinishedRun
from compiler.plan.planned_run import RunJob
from lightning_modules.data.prepare_digits import write_digits
from lightning_modules.run_store.train_run import train_run


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    write_digits(path)
    return path


@pytest.fixture
def lab(tmp_path: Path, digits: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab without runs. It is the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "digits.npz").symlink_to(digits)
    return Lab(tmp_path)


@pytest.fixture(scope="session")
def tracked_job(digits: Path) -> RunJob:
    return run_job(
        versions={"digits.npz": hashlib.md5(digits.read_bytes()).hexdigest()},
        data={"path": "digits.npz"},
        trainer={"max_epochs": 5},
        tracking=config_group("tracking/offline"),
    )


@pytest.fixture(scope="session")
def finished(digits: Path, tracked_job: RunJob) -> Path:
    """The folder of a completed run that was tracked offline. Tests must not change it."""
    log = digits.with_name("training.log")
    log.write_text("one line\n", encoding="utf-8")
    lab = Lab(digits.parent)
    with contextlib.chdir(lab.root), pytest.MonkeyPatch.context() as environment:
        environment.setenv("WANDB_API_KEY", "s3cret" * 7)
        environment.setenv("USER", "somebodys-name")
        train_run(tracked_job, lab, 1, last_attempt=False, log=log, clock=Clock())
    return lab.run(RUN_ID)


@pytest.fixture
def finished_run(finished: Path, tracked_job: RunJob) -> Callable[..., FinishedRun]:
    """Return a function that makes the argument of a check from the finished run or a copy, with config changes."""

    def make(folder: Path = finished, **changes: Any) -> FinishedRun:
        return FinishedRun(RUN_ID, folder, tracked_job.config | changes, tracked_job.data)

    return make
