"""A small convolutional network for the digits."""

from __future__ import annotations

from torch import nn

from lightning_modules.models.classifier import Classifier


class CNN(Classifier):
    """Images (n, 1, side, side) with a side divisible by 4; `channels` then twice as many; `classes` logits."""

    def __init__(
        self,
        lr: float = 0.001,
        channels: int = 16,
        dropout: float = 0.0,
        weight_decay: float = 0.0,
        side: int = 8,
        classes: int = 10,
    ) -> None:
        network = nn.Sequential(
            nn.Conv2d(1, channels, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(channels, 2 * channels, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(2 * channels * (side // 4) ** 2, classes),
        )
        super().__init__(network, lr, weight_decay)
