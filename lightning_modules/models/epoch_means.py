"""Means over an epoch, added up without Lightning's bookkeeping, which costs as much as a step of a small network."""

from __future__ import annotations

from torch import Tensor


class EpochMeans:
    """Of several scalars at once, each batch counting by its number of samples; with the sums that Lightning makes."""

    def __init__(self) -> None:
        self._sums: list[Tensor | float] = []
        self._samples = 0

    def __bool__(self) -> bool:
        return self._samples > 0

    def add(self, samples: int, *means: Tensor) -> None:
        sums = self._sums or [0.0] * len(means)
        self._sums = [total + mean.detach() * samples for total, mean in zip(sums, means, strict=True)]
        self._samples += samples

    def taken(self) -> list[Tensor]:
        """The means, in the order of adding; then it begins anew."""
        means = [total / self._samples for total in self._sums if isinstance(total, Tensor)]
        self._sums, self._samples = [], 0
        return means
