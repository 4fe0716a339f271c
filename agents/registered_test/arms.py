"""Define an arm, the values of one level of the factor, and check for signs that the sweep had no effect."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.statistics import describe, rounding


@dataclass(frozen=True)
class Arm:
    """`units` are the runs with a finite value, as (unit key, value). `failed` counts the other runs."""

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
        description = describe(self.values) if self.units else None
        return {
            "level": self.level,
            "n": self.n,
            "mean": description and description.mean,
            "sd": description and description.sd,
            "values": list(self.values),
            "failed": self.failed,
        }


def arm_from_json(data: Mapping[str, Any]) -> Arm:
    """Return the arm. The file has no unit keys, so the units are numbered."""
    units = tuple((str(number), float(value)) for number, value in enumerate(data["values"]))
    return Arm(str(data["level"]), units, int(data["failed"]))


def make_arm(level: str, units: Mapping[str, float | None]) -> Arm:
    """Return an arm of {unit: value}. A run without a finite value counts as failed, and its value is not imputed."""
    usable = tuple((unit, float(value)) for unit, value in units.items() if value is not None and math.isfinite(value))
    return Arm(level, usable, len(units) - len(usable))


def sweep_warnings(control: Arm, treatments: Sequence[Arm], factor: str) -> Iterator[str]:
    """Yield a warning for each constant arm and each arm that equals the control. Its settings may have no effect."""
    for arm in (control, *treatments):
        if arm.n > 1 and max(arm.values) - min(arm.values) <= rounding(arm.values):
            yield f"all {arm.n} runs with {factor}={arm.level} gave {arm.values[0]:.4g}: seeds may not be in effect"
    for arm in treatments:
        if arm.n > 1 and dict(arm.units) == dict(control.units):
            yield f"{factor}={arm.level} and {control.level} gave equal values: {factor} may not be in effect"
