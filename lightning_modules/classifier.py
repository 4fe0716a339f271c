"""What every image classifier here does with a batch; a subclass brings only the network."""

from __future__ import annotations

import torch
from lightning import LightningModule
from torch import Tensor, nn

Batch = tuple[Tensor, Tensor] | list[Tensor]


class Classifier(LightningModule):
    """Trains `network` by cross entropy with Adam.

    A batch is images (n, 1, height, width) and labels (n,). The network answers logits (n, classes).
    """

    def __init__(self, network: nn.Module, lr: float, weight_decay: float) -> None:
        super().__init__()
        self.network = network
        self.lr = lr
        self.weight_decay = weight_decay

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(images)
        return logits

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        loss, _ = self._loss_and_accuracy(batch)
        self.log("train_loss", loss)
        # Under its own name: `on_epoch=True` would rename the per-step metric to `train_loss_step`.
        self.log("train_loss_epoch", loss, on_step=False, on_epoch=True, sync_dist=True, batch_size=len(batch[1]))
        return loss

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        loss, accuracy = self._loss_and_accuracy(batch)
        self.log_dict({"eval_loss": loss, "eval_accuracy": accuracy}, sync_dist=True, batch_size=len(batch[1]))

    def test_step(self, batch: Batch, batch_idx: int) -> None:
        loss, accuracy = self._loss_and_accuracy(batch)
        self.log_dict({"test_loss": loss, "accuracy": accuracy}, batch_size=len(batch[1]))

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Class probabilities (n, classes)."""
        return torch.softmax(self(batch[0]), dim=1)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr, weight_decay=self.weight_decay)

    def _loss_and_accuracy(self, batch: Batch) -> tuple[Tensor, Tensor]:
        images, labels = batch
        logits = self(images)
        accuracy = (logits.argmax(dim=1) == labels).float().mean()
        return nn.functional.cross_entropy(logits, labels), accuracy
