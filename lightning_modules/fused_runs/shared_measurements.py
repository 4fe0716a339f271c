"""Divide the time of an ensemble among its members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lightning_modules.fused.members import TrainedMember
from lightning_modules.recording.system_metrics import SystemMetrics

_DIVIDED = ("wall_seconds", "fit_seconds", "test_seconds")


@dataclass(frozen=True)
class Ensemble:
    """What the members of an ensemble share. `seconds` is the time from its start until it was proven."""

    members: int
    seconds: float
    metrics: dict[str, Any]

    @property
    def share(self) -> float:
        """The seconds of each member, which add up to the time of the ensemble."""
        return self.seconds / self.members

    def system_metrics(self, member: TrainedMember) -> dict[str, Any]:
        """Return the content of `system_metrics.json` of a member.

        Times are the share of the member. `fit_seconds` includes the test, and not the proof. Memory and the use of
        the processor are those of the complete ensemble.
        """
        divided = {name: self.metrics[name] / self.members for name in _DIVIDED}
        fit_seconds = divided["fit_seconds"]
        throughput = member.train_samples / fit_seconds if member.train_samples and fit_seconds else None
        samples = {"train_samples": member.train_samples or None, "samples_per_second": throughput}
        shared = {"ensemble_members": self.members, "ensemble_seconds": self.seconds}
        return {**self.metrics, **divided, **samples, "data_loading_seconds": None, **shared}


class EnsembleClock:
    """Measures the training of an ensemble from the creation of this object."""

    def __init__(self) -> None:
        self._metrics = SystemMetrics()

    @contextmanager
    def fitting(self) -> Iterator[None]:
        with self._metrics.fitting():
            yield

    def read(self, members: int) -> Ensemble:
        metrics = self._metrics.to_json()
        return Ensemble(members, metrics["wall_seconds"], metrics)
