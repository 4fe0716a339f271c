"""Stop a training when a loss becomes NaN or infinite, because further training is meaningless."""

from __future__ import annotations

import torch
from lightning import Callback, LightningModule, Trainer
from torch import Tensor

from compiler.base.metric_split import parse_metric


class NonFiniteLoss(ArithmeticError):
    """A loss became NaN or infinite. This is a result of the setting and not a fault of the machine."""


class StopOnNonFiniteLoss(Callback):
    """Checks the training loss at every step, and every logged loss after each epoch of training, validation and test.

    A loss is recognised by its name, such as `val/loss`, `test_loss` or `train/mse`. Other metrics may be NaN during
    a training, for example a precision without predictions. A spec that uses such a metric requires finite values.

    Raises:
        NonFiniteLoss: A loss is NaN or infinite.
    """

    def on_before_backward(self, trainer: Trainer, pl_module: LightningModule, loss: Tensor) -> None:
        if not torch.isfinite(loss).all():
            self._log_last_step(trainer, loss)
            raise NonFiniteLoss(_message("train_loss", loss, trainer))

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        _check_logged_losses(trainer)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        _check_logged_losses(trainer)

    def on_test_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        _check_logged_losses(trainer)

    def _log_last_step(self, trainer: Trainer, loss: Tensor) -> None:
        """Log the failing step. Lightning logs a step only after it, so the history would lack the last row."""
        for logger in trainer.loggers:
            logger.log_metrics({"train_loss": loss.item(), "epoch": trainer.current_epoch}, step=trainer.global_step)


def _check_logged_losses(trainer: Trainer) -> None:
    for name, value in trainer.callback_metrics.items():
        if parse_metric(name).is_loss and not torch.isfinite(value).all():
            raise NonFiniteLoss(_message(name, value, trainer))


def _message(name: str, value: Tensor, trainer: Trainer) -> str:
    return f"{name} is {value.item()} in epoch {trainer.current_epoch}, after {trainer.global_step} steps"
