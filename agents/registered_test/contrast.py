"""Define a contrast: one treatment compared with the control, for one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import ClaimType
from agents.statistics import Interval

NOT_COMPARED = "not compared"  # the method of a contrast that could not be computed
_NOT_IN_FILES = ("floor",)


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


@dataclass(frozen=True)
class Contrast:
    """Treatment minus control, in the unit of the metric, for the claim with the number `claim`.

    Values are None if they could not be computed. `improvement` is the difference, positive in the direction of the
    goal. `interval` belongs to the difference; its level agrees with the decision. `probability_of_superiority` is the
    probability that a run of the treatment does better than one of the control, where a failed run is worse than every
    observed one. `n_treatment` and `n_control` count the compared runs, in a paired test the pairs. `p` is the largest
    of the p of the tests that have to agree. `floor` is the smallest p attainable. `reason` states why a contrast is
    untestable. `needs_runs` is true if more runs would make it testable.
    """

    treatment: str
    n_treatment: int = 0
    n_control: int = 0
    claim: int = 0
    type: ClaimType = "superiority"
    metric: str = ""
    margin: float = 0.0
    difference: float | None = None
    improvement: float | None = None
    interval: Interval | None = None
    hedges_g: float | None = None
    probability_of_superiority: float | None = None
    p: float | None = None
    p_permutation: float | None = None
    p_welch: float | None = None
    p_items: float | None = None
    p_bootstrap: float | None = None
    p_corrected: float | None = None
    p_adjusted: float | None = None
    floor: float = 1.0
    method: str = NOT_COMPARED
    conclusion: TestOutcome = "untestable"
    reason: str = ""
    needs_runs: bool = False
    item_errors: ItemErrors | None = None
    aggregate: Aggregate | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key not in _NOT_IN_FILES}


def contrast_from_json(data: Mapping[str, Any]) -> Contrast:
    interval = data["interval"]
    parsed = {
        "interval": interval and Interval(**interval),
        "item_errors": ItemErrors(**data["item_errors"]) if data.get("item_errors") else None,
        "aggregate": _aggregate_from_json(data["aggregate"]) if data.get("aggregate") else None,
    }
    return Contrast(**{**data, **parsed})


def _aggregate_from_json(data: Mapping[str, Any]) -> Aggregate:
    intervals = {key: Interval(**data[key]) if data[key] else None for key in ("iqm_interval", "superiority_interval")}
    return Aggregate(**{**data, **intervals})
