"""The runs of one level of the factor, and what their values give away before any test."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.statistics import describe, rounding


@dataclass(frozen=True)
class Arm:
    """`units` are the runs that gave a finite value, as (unit key, value); `failed` counts the others."""

    level: str
    units: tuple[tuple[str, float], ...]
    failed: int

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(value for _, value in self.units)

    @property
    def n(self) -> int:
        return len(self.units)

    def to_json(self) -> dict[str, Any]:
        found = describe(self.values) if self.units else None
        return {
            "level": self.level,
            "n": self.n,
            "mean": found and found.mean,
            "sd": found and found.sd,
            "values": list(self.values),
            "failed": self.failed,
        }


def arm(level: str, units: Mapping[str, float | None]) -> Arm:
    """A diverged run has a value that is not finite: it failed, like a run without a value. Nothing is imputed."""
    usable = tuple((unit, float(value)) for unit, value in units.items() if value is not None and math.isfinite(value))
    return Arm(level, usable, len(units) - len(usable))


def pairs(first: Arm, second: Arm) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The values of the units that both arms have, in the first arm's order."""
    other = dict(second.units)
    shared = [(value, other[unit]) for unit, value in first.units if unit in other]
    return tuple(value for value, _ in shared), tuple(value for _, value in shared)


def oddities(control: Arm, treatments: Sequence[Arm], factor: str) -> Iterator[str]:
    """Signs that what was swept did not reach the training."""
    for each in (control, *treatments):
        if each.n > 1 and max(each.values) - min(each.values) <= rounding(each.values):
            yield (
                f"all {each.n} runs with {factor}={each.level} gave {each.values[0]:.4g}: seeds may not be in effect"
            )
    for each in treatments:
        if each.n > 1 and dict(each.units) == dict(control.units):
            yield f"{factor}={each.level} and {control.level} gave equal values: {factor} may not be in effect"
