"""Checkpoints are saved between epochs, and within epochs that take longer than the interval."""

from __future__ import annotations

from pathlib import Path

import pytest
from lightning import Callback
from training_jobs import config

from compiler.base.paths import Lab
from lightning_modules.checkpoints.callback import PeriodicCheckpoint
from lightning_modules.training.fit import fit

pytestmark = pytest.mark.slow


class BatchClock(Callback):
    """A clock that advances by one second per batch."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def on_train_batch_end(self, *_: object) -> None:
        self.now += 1


class RecordingStore:
    """A checkpoint store that keeps no checkpoint and records when one is saved."""

    last = None

    def __init__(self, folder: Path) -> None:
        self.temporary_path = folder / "temporary"
        self.saved: list[tuple[int, str]] = []

    def commit(self, epoch: int, step: int, at_epoch_end: bool, exact: bool, kept: Path | None = None) -> None:
        self.saved.append((step, "epoch" if at_epoch_end else "batch"))


@pytest.mark.parametrize(
    ("seconds", "saved"),
    [
        (0, []),
        (1000, []),
        (50, [(68, "epoch")]),
        (34, [(34, "epoch"), (68, "epoch")]),
        (15, [(15, "batch"), (30, "batch"), (49, "batch"), (64, "batch"), (83, "batch"), (98, "batch")]),
        (30, [(30, "batch"), (64, "batch"), (98, "batch")]),
    ],
    ids=["never", "longer than the training", "every second epoch", "every epoch", "twice an epoch", "once an epoch"],
)
def test_checkpoints_are_saved_at_the_interval(seconds: int, saved: list[tuple[int, str]], lab: Lab) -> None:
    clock, store = BatchClock(), RecordingStore(lab.root)
    callback = PeriodicCheckpoint(store, seconds / 60, clock=clock)  # type: ignore[arg-type]
    fit(config(trainer={"max_epochs": 3}), lab.root, callbacks=[clock, callback])
    assert store.saved == saved
