"""Log for one member what Lightning's trainer would log, and find the failures that it would find."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import torch
from lightning import LightningModule, Trainer

from lightning_modules.failures.non_finite import NonFiniteLoss, StopOnNonFiniteLoss
from lightning_modules.fused.members import LoggedRow


@dataclass
class MemberLog:
    """The rows and the last values of one training. `error` is the failure that ended it."""

    rows: list[LoggedRow] = field(default_factory=list)
    last_values: dict[str, float] = field(default_factory=dict)
    error: NonFiniteLoss | None = None

    def log_metrics(self, metrics: Mapping[str, float], step: int) -> None:
        """Add a row, as a logger of Lightning does."""
        self.rows.append(LoggedRow(dict(metrics), step))

    def log_steps(self, losses: Sequence[float], epoch: int, first_step: int, every: int) -> None:
        """Log the training losses of consecutive steps, and only every so manieth of them as a row."""
        for step, loss in enumerate(losses, first_step):
            if (step + 1) % every == 0:
                self.log_metrics({"train_loss": loss, "epoch": epoch}, step)
        if losses:
            self.last_values["train_loss"] = losses[-1]

    def log_epoch(self, metrics: Mapping[str, float], epoch: int, step: int) -> None:
        """Log the metrics of an epoch."""
        self.last_values.update(metrics)
        self.log_metrics({**metrics, "epoch": epoch}, step)

    def fail_at_step(self, loss: float, epoch: int, steps: int) -> None:
        """End the training, because the loss of a step is not finite."""
        trainer = self._trainer(epoch, steps)
        try:
            StopOnNonFiniteLoss().on_before_backward(trainer, _NO_MODEL, torch.tensor(loss))
        except NonFiniteLoss as error:
            self.error = error

    def check_losses(self, epoch: int, steps: int) -> None:
        """End the training if a logged loss is not finite."""
        if all(map(math.isfinite, self.last_values.values())):
            return
        try:
            StopOnNonFiniteLoss().on_validation_end(self._trainer(epoch, steps), _NO_MODEL)
        except NonFiniteLoss as error:
            self.error = error

    def _trainer(self, epoch: int, steps: int) -> Trainer:
        """Return the values of a trainer that the check of losses reads."""
        values = {name: torch.tensor(value) for name, value in self.last_values.items()}
        return cast(
            Trainer,
            SimpleNamespace(callback_metrics=values, current_epoch=epoch, global_step=steps, loggers=[self]),
        )


_NO_MODEL: LightningModule = cast(Any, None)  # the check of losses does not use the model
