"""Define the training of an image classifier. A subclass supplies the network."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lightning_modules.models.fusable_module import BatchResults, FusableModule

Batch = tuple[Tensor, Tensor] | list[Tensor]


class Classifier(FusableModule):
    """Trains `network` by cross-entropy with Adam.

    A batch consists of images (n, 1, height, width) and labels (n,). The network returns logits (n, classes).
    """

    def __init__(self, network: nn.Module, lr: float, weight_decay: float) -> None:
        super().__init__()
        self.network = network
        self.lr = lr
        self.weight_decay = weight_decay

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(images)
        return logits

    def training_loss(self, batch: Batch) -> Tensor:
        images, labels = batch
        return cross_entropy(self(images), labels)

    def validation_metrics(self, batch: Batch) -> dict[str, Tensor]:
        images, labels = batch
        logits = self(images)
        return {"eval_loss": cross_entropy(logits, labels), "eval_accuracy": _accuracy(logits, labels)}

    def test_results(self, batch: Batch) -> BatchResults:
        images, labels = batch
        logits = self(images)
        metrics = {"test_loss": cross_entropy(logits, labels), "accuracy": _accuracy(logits, labels)}
        losses = cross_entropy(logits, labels, reduction="none")
        return BatchResults(metrics, {"target": labels, "prediction": logits.argmax(dim=1), "test_loss": losses})

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Return class probabilities (n, classes)."""
        return torch.softmax(self(batch[0]), dim=1)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=self.lr, weight_decay=self.weight_decay)


def _accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    return (logits.argmax(dim=1) == labels).float().mean()
