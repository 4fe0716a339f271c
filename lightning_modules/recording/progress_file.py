"""Write how far a training is to `progress.json`, which the build and `proband status` show."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lightning import Callback, LightningModule, Trainer

from compiler.base.json_files import write_json
from compiler.runs.progress import Progress

_SHORT_SECONDS = 0.5  # between two looks at the position of the training
_EXCLUDED = frozenset({"epoch", "step"})


class ProgressFile:
    """How far a training is. The training sets the values, and another thread writes the file.

    Args:
        samples: returns the number of samples that were trained so far, for the speed.
    """

    def __init__(
        self, file: Path, samples: Callable[[], int] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.file = file
        self.epochs: int | None = None
        self.steps: int | None = None
        self.fraction: float | None = None  # of the training that is done
        self._epoch = self._step = 0
        self._metrics: dict[str, float] = {}
        self._samples, self._clock = samples, clock
        self._begin: tuple[float, int, float] | None = None  # time, samples and fraction at the first step
        self._written: Progress | None = None

    def add_row(self, metrics: Mapping[str, Any], step: int | None) -> None:
        """Remember the metrics of a logged row. Its epoch counts from 0, as in `history.csv`."""
        if isinstance(epoch := metrics.get("epoch"), (int, float)):
            self._epoch = int(epoch) + 1
        self._step = max(self._step, (step or 0) + 1)
        values = {name: value for name, value in metrics.items() if name not in _EXCLUDED}
        # one assignment, because the thread that writes the file reads the mapping
        self._metrics = self._metrics | {_stem(name): float(value) for name, value in values.items()}

    def set_position(self, epoch: int, step: int, fraction: float | None) -> None:
        """Set the epoch, from 1, the number of finished steps and the finished part of the training."""
        self._epoch, self._step, self.fraction = epoch, step, fraction
        if self._begin is None:
            self._begin = (self._clock(), self._samples() if self._samples else 0, fraction or 0.0)

    def write(self) -> None:
        """Write the file if something has changed. It appears with the first step."""
        progress = self.current()
        if progress != self._written and (progress.step or progress.steps):
            write_json(self.file, progress.to_json())
            self._written = progress

    def current(self) -> Progress:
        """Return how far the training is, with its mean speed since the first step."""
        speed = left = None
        if self._begin is not None:
            seconds = self._clock() - self._begin[0]
            samples = (self._samples() if self._samples else 0) - self._begin[1]
            speed = samples / seconds if samples > 0 and seconds > 0 else None
            if self.fraction is not None and self.fraction > self._begin[2]:
                left = seconds * (1 - self.fraction) / (self.fraction - self._begin[2])
        return Progress(self._epoch, self.epochs, self._step, self.steps, self._metrics, speed, left)


class ProgressReport(Callback):
    """Passes the position of Lightning's training to a progress file."""

    def __init__(self, file: ProgressFile, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock, self._next = file, clock, -math.inf

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        epochs = trainer.max_epochs if trainer.max_epochs not in (None, -1) else None
        batches = trainer.num_training_batches
        steps = math.inf if epochs is None else epochs * math.ceil(batches / trainer.accumulate_grad_batches)
        if trainer.max_steps not in (None, -1):
            steps = min(steps, trainer.max_steps)
        self._file.epochs, self._file.steps = epochs, int(steps) if math.isfinite(steps) else None

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if self._clock() < self._next:
            return
        self._next = self._clock() + _SHORT_SECONDS
        steps, step = self._file.steps, trainer.global_step
        self._file.set_position(trainer.current_epoch + 1, step, min(step / steps, 1.0) if steps else None)


def progress_report(file: ProgressFile | None) -> list[Callback]:
    """Return a list with the callback that updates the file, empty without a file."""
    return [ProgressReport(file)] if file is not None else []


def _stem(name: str) -> str:
    """Return a metric without the suffix that Lightning adds if it logs the metric per step and per epoch."""
    return name.removesuffix("_step").removesuffix("_epoch")
