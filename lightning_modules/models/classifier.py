"""Define the training of an image classifier. A subclass supplies the network."""

from __future__ import annotations

import torch
from lightning import LightningModule
from torch import Tensor, nn

from lightning_modules.models.epoch_means import EpochMeans

Batch = tuple[Tensor, Tensor] | list[Tensor]


class Classifier(LightningModule):
    """Trains `network` by cross-entropy with Adam.

    A batch consists of images (n, 1, height, width) and labels (n,). The network returns logits (n, classes).
    """

    def __init__(self, network: nn.Module, lr: float, weight_decay: float) -> None:
        super().__init__()
        self.network = network
        self.lr = lr
        self.weight_decay = weight_decay
        self._training_means, self._evaluation_means = EpochMeans(), EpochMeans()

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(images)
        return logits

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        loss, _ = _loss_and_accuracy(self(batch[0]), batch[1])
        self.log("train_loss", loss)
        self._training_means.add(len(batch[1]), loss)
        return loss

    def on_train_epoch_end(self) -> None:
        if self._training_means:
            (loss,) = self._training_means.compute_and_reset()
            # A separate name: with `on_epoch=True`, Lightning would rename the loss of a step to `train_loss_step`.
            self.log("train_loss_epoch", loss, sync_dist=True)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        self._evaluation_means.add(len(batch[1]), *_loss_and_accuracy(self(batch[0]), batch[1]))

    def on_validation_epoch_end(self) -> None:
        if self._evaluation_means:
            loss, accuracy = self._evaluation_means.compute_and_reset()
            self.log_dict({"eval_loss": loss, "eval_accuracy": accuracy}, sync_dist=True)

    def test_step(self, batch: Batch, batch_idx: int) -> dict[str, Tensor]:
        """Return the results of each item, which are written to `predictions.npz`."""
        images, labels = batch
        logits = self(images)
        self._evaluation_means.add(len(labels), *_loss_and_accuracy(logits, labels))
        losses = nn.functional.cross_entropy(logits, labels, reduction="none")
        return {"target": labels, "prediction": logits.argmax(dim=1), "test_loss": losses}

    def on_test_epoch_end(self) -> None:
        if self._evaluation_means:
            loss, accuracy = self._evaluation_means.compute_and_reset()
            self.log_dict({"test_loss": loss, "accuracy": accuracy})

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Return class probabilities (n, classes)."""
        return torch.softmax(self(batch[0]), dim=1)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr, weight_decay=self.weight_decay)


def _loss_and_accuracy(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    accuracy = (logits.argmax(dim=1) == labels).float().mean()
    return nn.functional.cross_entropy(logits, labels), accuracy
