"""A small convolutional network for the digits data."""

from __future__ import annotations

from torch import nn

from lightning_modules.models.classifier import Classifier


class CNN(Classifier):
    """Two convolutions with pooling and a linear layer. The second convolution has twice as many channels.

    Images have the shape (n, 1, side, side), and `side` must be divisible by 4.
    """

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
