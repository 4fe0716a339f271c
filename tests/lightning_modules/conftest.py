"""A lab with the digits in it, and one run that every test of evidence looks at."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from training_jobs import RUN_ID, Clock, Job, group, job

from compiler.base.paths import Lab
from compiler.deliverables.check import FinishedRun
from lightning_modules.data.prepare_digits import write_digits
from lightning_modules.run_store.train_run import train_run


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    write_digits(path)
    return path


@pytest.fixture
def lab(tmp_path: Path, digits: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """An empty lab, and the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "digits.npz").symlink_to(digits)
    return Lab(tmp_path)


@pytest.fixture(scope="session")
def tracked_job(digits: Path) -> Job:
    return job(
        versions={"digits.npz": hashlib.md5(digits.read_bytes()).hexdigest()},
        data={"path": "digits.npz"},
        trainer={"max_epochs": 5},
        tracking=group("tracking/wandb_offline"),
    )


@pytest.fixture(scope="session")
def finished(digits: Path, tracked_job: Job) -> Path:
    """The folder of a completed run, tracked offline. Look, do not touch."""
    log = digits.with_name("training.log")
    log.write_text("one line\n", encoding="utf-8")
    lab = Lab(digits.parent)
    with contextlib.chdir(lab.root), pytest.MonkeyPatch.context() as environment:
        environment.setenv("WANDB_API_KEY", "s3cret" * 7)
        environment.setenv("USER", "somebodys-name")
        train_run(tracked_job, lab, 1, last_attempt=False, log=log, clock=Clock())
    return lab.run(RUN_ID)


@pytest.fixture
def evidence(finished: Path, tracked_job: Job) -> Callable[..., FinishedRun]:
    """Evidence on that run, or on a copy of it."""

    def of(folder: Path = finished, **changes: Any) -> FinishedRun:
        return FinishedRun(RUN_ID, folder, tracked_job.config | changes, tracked_job.data)

    return of
