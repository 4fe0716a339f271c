"""Compute epoch means without Lightning's metric collection, which costs as much as a step of a small network."""

from __future__ import annotations

from torch import Tensor


class EpochMeans:
    """Means of several scalars over an epoch, weighted by batch size. They equal those of Lightning to the last bit."""

    def __init__(self) -> None:
        self._sums: list[Tensor | float] = []
        self._samples = 0

    def __bool__(self) -> bool:
        return self._samples > 0

    def add(self, samples: int, *batch_means: Tensor) -> None:
        sums = self._sums or [0.0] * len(batch_means)
        self._sums = [total + mean.detach() * samples for total, mean in zip(sums, batch_means, strict=True)]
        self._samples += samples

    def compute_and_reset(self) -> list[Tensor]:
        """Return the means in the order of the arguments of `add`, and start the next epoch."""
        means = [total / self._samples for total in self._sums if isinstance(total, Tensor)]
        self._sums, self._samples = [], 0
        return means
