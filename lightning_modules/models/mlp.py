"""A fully connected network for the digits data."""

from __future__ import annotations

from torch import nn

from lightning_modules.models.classifier import Classifier


class MLP(Classifier):
    """One hidden layer of `hidden` units, for images of `inputs` pixels and `classes` classes."""

    fusable = True

    def __init__(
        self,
        lr: float = 0.001,
        hidden: int = 64,
        dropout: float = 0.0,
        weight_decay: float = 0.0,
        inputs: int = 64,
        classes: int = 10,
    ) -> None:
        network = nn.Sequential(
            nn.Flatten(),
            nn.Linear(inputs, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, classes),
        )
        super().__init__(network, lr, weight_decay)
