"""Saves a training from time to time, so that a killed one need not begin anew; and puts it back as it was.

Checkpoints are taken where Lightning has nothing half done: when an epoch is about to begin, and, in an epoch that
lasts longer than the interval, when a batch is about to begin.
"""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lightning import Callback, LightningModule, Trainer

from lightning_modules.checkpoints.rng_state import random_states, set_random_states
from lightning_modules.checkpoints.store import Checkpoint
from lightning_modules.recording.csv_logger import HistoryLog

_MINUTES = 10
_KEY = "proband"
_EPOCHS, _BATCHES = "epoch_progress", "epoch_loop.batch_progress"


def periodic_checkpoint(
    config: Mapping[str, Any], checkpoint: Checkpoint | None, history: HistoryLog | None
) -> list[Callback]:
    """The callback for a training, none where there is no place for checkpoints."""
    minutes = config["resources"].get("checkpoint_minutes", _MINUTES)
    return [PeriodicCheckpoint(checkpoint, minutes, history)] if checkpoint else []


class PeriodicCheckpoint(Callback):
    """Keeps beside Lightning's own state the random states, the history, and the last value of every metric.

    Saved in the middle of an epoch, it goes on with the samples that are left of it. But the means of that epoch begin
    anew, so it is not exact.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        minutes: float,
        history: HistoryLog | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checkpoint = checkpoint
        self._interval = 60 * minutes or math.inf
        self._history = history
        self._clock = clock
        self._saving: str | None = None  # which progress is about to begin, while a checkpoint is being made
        self._loaded: dict[str, Any] | None = None
        self._epoch_states: dict[str, Any] = {}
        self._saved_step = checkpoint.last.step if checkpoint.last else 0
        self._saved_at = self._epoch_at = clock()
        self._step_done = False

    # Saving

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self._loaded and self._loaded["beginning"] == _EPOCHS:
            _begin_as_if_undisturbed(trainer)
            self._put_back_random_states()
        elif trainer.global_step > self._saved_step and self._is_due(trainer, self._saved_at):
            self._save(trainer, _EPOCHS)
        self._epoch_at, self._epoch_states, self._step_done = self._clock(), random_states(), False

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:
        if self._loaded:
            self._put_back_random_states()
        elif (
            self._step_done
            and batch_idx % trainer.accumulate_grad_batches == 0
            and self._is_due(trainer, max(self._saved_at, self._epoch_at))
        ):
            self._save(trainer, _BATCHES)
        self._step_done = False

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._step_done = True

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._step_done = False  # Lightning would count a step more when it goes on right behind a validation

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        if self._saving is None:  # somebody else's
            return
        _rewind(checkpoint["loops"]["fit_loop"][self._saving])
        checkpoint[_KEY] = {
            "beginning": self._saving,
            "random_states": random_states(),
            "epoch_states": self._epoch_states,
            "metrics": {name: value.detach().cpu().clone() for name, value in trainer.callback_metrics.items()},
            "history": _text(self._history) if self._history and trainer.is_global_zero else "",
        }

    def _is_due(self, trainer: Trainer, since: float) -> bool:
        """The same answer in every process of a training, or they would wait for each other forever."""
        if self._interval == math.inf:
            return False
        return trainer.strategy.broadcast(self._clock() - since >= self._interval)

    def _save(self, trainer: Trainer, beginning: str) -> None:
        self._saving = beginning
        trainer.save_checkpoint(self._checkpoint.aside, weights_only=False)
        self._saving = None
        if trainer.is_global_zero:
            at_epoch_end, last = beginning == _EPOCHS, self._checkpoint.last
            exact = at_epoch_end and trainer.world_size == 1 and (last is None or last.exact)
            self._checkpoint.keep(trainer.current_epoch, trainer.global_step, at_epoch_end, exact)
        self._saved_step, self._saved_at = trainer.global_step, self._clock()

    # Going on

    def on_load_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        self._loaded = checkpoint[_KEY]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not self._loaded:
            return
        for row in _rows(self._loaded["history"]):
            step = int(row.pop("step"))
            for logger in trainer.loggers:
                logger.log_metrics(row, step)
        trainer.callback_metrics.update(self._loaded["metrics"])
        if self._loaded["beginning"] == _BATCHES:
            self._epoch_states = self._loaded["epoch_states"]
            set_random_states(self._epoch_states)
            _skip_trained_batches(trainer)

    def _put_back_random_states(self) -> None:
        assert self._loaded
        set_random_states(self._loaded["random_states"])
        self._loaded = None


def _rewind(progress: dict[str, Any]) -> None:
    """What is about to begin has not begun, or Lightning would take it for begun and broken off."""
    for counts in (progress["total"], progress["current"]):
        counts["ready"] = counts["started"]
    if "is_last_batch" in progress:
        progress["is_last_batch"] = False


def _begin_as_if_undisturbed(trainer: Trainer) -> None:
    """Lightning has asked the data loader for samples already, with other random numbers: let it ask again."""
    trainer.fit_loop._resuming_from_checkpoint = False
    trainer.fit_loop._restarting = False  # it is True when the length of a training is given in steps
    trainer.fit_loop.epoch_loop.restarting = False


def _skip_trained_batches(trainer: Trainer) -> None:
    fetcher, trained = trainer.fit_loop._data_fetcher, trainer.fit_loop.epoch_loop.batch_progress.current.completed
    assert fetcher is not None
    iter(fetcher)
    for _ in range(trained):
        next(fetcher)
    fetcher.fetched -= trained  # Lightning adds them


def _text(history: HistoryLog) -> str:
    file = history.written()
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _rows(text: str) -> Iterator[dict[str, float]]:
    for row in csv.DictReader(io.StringIO(text)):
        yield {name: _number(value) for name, value in row.items() if value}


def _number(value: str) -> float:
    """Epochs and counts stay whole numbers."""
    return int(value) if value.lstrip("-").isdigit() else float(value)
