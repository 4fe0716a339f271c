"""Save a checkpoint at intervals, and restore the training from it.

A checkpoint is saved only between two epochs, or between two batches of an epoch that takes longer than the interval.
"""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lightning import Callback, LightningModule, Trainer

from lightning_modules.checkpoints.lightning_loops import (
    mark_not_started,
    skip_trained_batches,
    start_epoch_normally,
)
from lightning_modules.checkpoints.rng_state import random_states, set_random_states
from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.recording.csv_logger import HistoryLogger

_DEFAULT_MINUTES = 10
_STATE_KEY = "proband"
_EPOCHS, _BATCHES = "epoch_progress", "epoch_loop.batch_progress"  # keys in the loop state of Lightning


def periodic_checkpoint(
    config: Mapping[str, Any], store: CheckpointStore | None, history: HistoryLogger | None, kept: Path | None = None
) -> list[Callback]:
    """Return a list with the checkpoint callback of a training, empty if there is no store.

    `kept` is the folder of the checkpoints that other callbacks keep.
    """
    minutes = config["resources"].get("checkpoint_minutes", _DEFAULT_MINUTES)
    return [PeriodicCheckpoint(store, minutes, history, kept=kept)] if store else []


class PeriodicCheckpoint(Callback):
    """Saves the state of Lightning with the random states, the history and the last value of every metric.

    A training that resumes in the middle of an epoch continues with the remaining samples of that epoch. The epoch
    means then cover only these samples, so such a checkpoint is marked as not exact.
    """

    def __init__(
        self,
        store: CheckpointStore,
        minutes: float,
        history: HistoryLogger | None = None,
        clock: Callable[[], float] = time.monotonic,
        kept: Path | None = None,
    ) -> None:
        self._store = store
        self._interval = 60 * minutes or math.inf
        self._history = history
        self._clock = clock
        self._kept = kept
        self._next_progress: str | None = None  # while a checkpoint is saved: key of the loop that is about to start
        self._loaded: dict[str, Any] | None = None
        self._epoch_states: dict[str, Any] = {}
        self._saved_step = store.last.step if store.last else 0
        self._saved_at = self._epoch_started_at = clock()
        self._batch_finished = False

    # Saving

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self._loaded and self._loaded["beginning"] == _EPOCHS:
            start_epoch_normally(trainer)
            self._restore_random_states()
        elif trainer.global_step > self._saved_step and self._is_due(trainer, self._saved_at):
            self._save(trainer, _EPOCHS)
        self._epoch_started_at, self._epoch_states, self._batch_finished = self._clock(), random_states(), False

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:
        if self._loaded:
            self._restore_random_states()
        elif (
            self._batch_finished
            and batch_idx % trainer.accumulate_grad_batches == 0
            and self._is_due(trainer, max(self._saved_at, self._epoch_started_at))
        ):
            self._save(trainer, _BATCHES)
        self._batch_finished = False

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._batch_finished = True

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._batch_finished = False  # Lightning counts one step too many if it resumes directly after a validation

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        if self._next_progress is None:  # another callback saves a checkpoint
            return
        mark_not_started(checkpoint["loops"]["fit_loop"][self._next_progress])
        checkpoint[_STATE_KEY] = {
            "beginning": self._next_progress,
            "random_states": random_states(),
            "epoch_states": self._epoch_states,
            "metrics": {name: value.detach().cpu().clone() for name, value in trainer.callback_metrics.items()},
            "history": _history_text(self._history) if self._history and trainer.is_global_zero else "",
        }

    def _is_due(self, trainer: Trainer, since: float) -> bool:
        """Decide whether the interval has passed. All ranks use the decision of rank 0 to avoid a deadlock."""
        if self._interval == math.inf:
            return False
        return trainer.strategy.broadcast(self._clock() - since >= self._interval)

    def _save(self, trainer: Trainer, next_progress: str) -> None:
        self._next_progress = next_progress
        trainer.save_checkpoint(self._store.temporary_path, weights_only=False)
        self._next_progress = None
        if trainer.is_global_zero:
            at_epoch_end, last = next_progress == _EPOCHS, self._store.last
            exact = at_epoch_end and trainer.world_size == 1 and (last is None or last.exact)
            self._store.commit(trainer.current_epoch, trainer.global_step, at_epoch_end, exact, self._kept)
        self._saved_step, self._saved_at = trainer.global_step, self._clock()

    # Resuming

    def on_load_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        self._loaded = checkpoint[_STATE_KEY]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not self._loaded:
            return
        for row in _history_rows(self._loaded["history"]):
            step = int(row.pop("step"))
            for logger in trainer.loggers:
                logger.log_metrics(row, step)
        trainer.callback_metrics.update(self._loaded["metrics"])
        if self._loaded["beginning"] == _BATCHES:
            self._epoch_states = self._loaded["epoch_states"]
            set_random_states(self._epoch_states)
            skip_trained_batches(trainer)

    def _restore_random_states(self) -> None:
        assert self._loaded
        set_random_states(self._loaded["random_states"])
        self._loaded = None


def _history_text(history: HistoryLogger) -> str:
    file = history.flush()
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _history_rows(text: str) -> Iterator[dict[str, float]]:
    for row in csv.DictReader(io.StringIO(text)):
        yield {name: _number(value) for name, value in row.items() if value}


def _number(value: str) -> float:
    """Parse a number. Epochs and counts stay integers."""
    return int(value) if value.lstrip("-").isdigit() else float(value)
