"""Define estimates that a contrast reports beside its test: errors by source, and aggregates over blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.statistics import Interval


@dataclass(frozen=True)
class ItemErrors:
    """The standard errors of a difference of means by source of variance, and the number of test items."""

    items: int
    seed_error: float
    item_error: float


@dataclass(frozen=True)
class Aggregate:
    """The runs of both arms over all blocks, in the unit of the metric.

    `runs` is the smallest number of runs of an arm in a block. The intervals are at level 1 - alpha, without adjustment
    over the family, and None if `runs` is too small or the runs are paired. `superiority_interval` belongs to the
    probability of superiority of the contrast, which rliable calls the probability of improvement.
    """

    blocks: int
    runs: int
    iqm_treatment: float
    iqm_control: float
    iqm_difference: float
    iqm_interval: Interval | None
    superiority_interval: Interval | None


def item_errors_from_json(data: Mapping[str, Any] | None) -> ItemErrors | None:
    return None if data is None else ItemErrors(**data)


def aggregate_from_json(data: Mapping[str, Any] | None) -> Aggregate | None:
    if data is None:
        return None
    intervals = {key: Interval(**data[key]) if data[key] else None for key in ("iqm_interval", "superiority_interval")}
    return Aggregate(**{**data, **intervals})
