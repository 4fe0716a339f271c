"""Derive the steps of a LightningModule from functions without side effects, so that models can be trained together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lightning import LightningModule
from torch import Tensor

from lightning_modules.models.epoch_means import EpochMeans


class BatchResults(NamedTuple):
    """The means of metrics over a test batch, and the results of each of its items, such as `target`."""

    metrics: dict[str, Tensor]
    items: dict[str, Tensor]


class FusableModule(LightningModule):
    """A model that is defined by three functions of a batch, which compute with tensors and do nothing else.

    A subclass overrides `training_loss`, `validation_metrics`, `test_results` and `configure_optimizers`. The steps and
    epoch ends of this class log what they return: `train_loss` per step, and the means over each epoch. A class that
    sets `fusable = True` itself states that the functions neither change the model nor draw random numbers, other than
    by `torch.nn.Dropout`. Its subclasses have to state it again.
    """

    fusable = False

    def __init__(self) -> None:
        super().__init__()
        self._training_means, self._evaluation_means = EpochMeans(), EpochMeans()
        self._metric_names: tuple[str, ...] = ()

    def training_loss(self, batch: Any) -> Tensor:
        """Return the mean loss of a batch."""
        raise NotImplementedError

    def validation_metrics(self, batch: Any) -> dict[str, Tensor]:
        """Return the means of the metrics over a batch, by the name under which they are logged."""
        raise NotImplementedError

    def test_results(self, batch: Any) -> BatchResults:
        """Return the means of the metrics over a batch, and the results of each item."""
        raise NotImplementedError

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.training_loss(batch)
        self.log("train_loss", loss)
        self._training_means.add(batch_rows(batch), loss)
        return loss

    def on_train_epoch_end(self) -> None:
        if self._training_means:
            (loss,) = self._training_means.compute_and_reset()
            # A separate name: with `on_epoch=True`, Lightning would rename the loss of a step to `train_loss_step`.
            self.log("train_loss_epoch", loss, sync_dist=True)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self._add_metrics(batch, self.validation_metrics(batch))

    def on_validation_epoch_end(self) -> None:
        if self._evaluation_means:
            self.log_dict(self._epoch_metrics(), sync_dist=True)

    def test_step(self, batch: Any, batch_idx: int) -> dict[str, Tensor]:
        """Return the results of each item, which are written to `predictions.npz`."""
        results = self.test_results(batch)
        self._add_metrics(batch, results.metrics)
        return results.items

    def on_test_epoch_end(self) -> None:
        if self._evaluation_means:
            self.log_dict(self._epoch_metrics())

    def _add_metrics(self, batch: Any, metrics: Mapping[str, Tensor]) -> None:
        self._metric_names = tuple(metrics)
        self._evaluation_means.add(batch_rows(batch), *metrics.values())

    def _epoch_metrics(self) -> dict[str, Tensor]:
        return dict(zip(self._metric_names, self._evaluation_means.compute_and_reset(), strict=True))


def batch_rows(batch: Any) -> int:
    """Return the number of items in a batch: the length of its first tensor."""
    while not isinstance(batch, Tensor):
        batch = next(iter(batch.values() if isinstance(batch, Mapping) else batch))
    return len(batch)
