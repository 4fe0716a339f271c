"""Define a contrast: one treatment compared with the control, for one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import ClaimType
from agents.registered_test.further_estimates import (
    Aggregate,
    ItemErrors,
    aggregate_from_json,
    item_errors_from_json,
)
from agents.statistics import Interval

_NOT_IN_FILES = ("floor",)


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
    p_adjusted: float | None = None
    floor: float = 1.0
    method: str = "not compared"
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
        "item_errors": item_errors_from_json(data.get("item_errors")),
        "aggregate": aggregate_from_json(data.get("aggregate")),
    }
    return Contrast(**{**data, **parsed})
