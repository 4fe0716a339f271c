"""Define the metric by group as `results.json` contains it. Imports only the standard library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GroupResult:
    """The mean of a metric over the items of a group and the runs. No limits: the group has too few items."""

    name: str
    items: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GapResult:
    """The difference between the highest and the lowest mean. The limits are simultaneous over all pairs of groups."""

    highest: str
    lowest: str
    difference: float
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class ColumnResult:
    """The metric by group over the runs of an arm.

    `gap` is None if fewer than two groups have enough items to be compared. `missing` are the items without a value,
    which are in no comparison. `reason` states why there are no groups.
    """

    column: str
    metric: str
    arm: Mapping[str, Any]
    runs: int
    groups: tuple[GroupResult, ...] = ()
    missing: GroupResult | None = None
    gap: GapResult | None = None
    reason: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnResult:
        missing, gap = data["missing"], data["gap"]
        return cls(
            data["column"],
            data["metric"],
            data["arm"],
            data["runs"],
            tuple(GroupResult(**group) for group in data["groups"]),
            GroupResult(**missing) if missing else None,
            GapResult(**gap) if gap else None,
            data["reason"],
        )
