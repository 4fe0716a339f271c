"""Find the claims that no result of the planned runs could decide, and the seeds that they take.

Nothing is simulated here: only the numbers of runs matter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from agents.planning.layout import Layout, planned_observations
from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.contrast_effect import contrast_effect
from agents.registered_test.family import testable
from agents.registered_test.observation import Observation
from agents.registered_test.samples.compared_runs import compared_runs
from agents.registered_test.samples.failed_runs import NotCompared

MAX_SEEDS = 100


def undecidable_claims(test: RegisteredTest, layout: Layout, alpha: float) -> tuple[int, ...]:
    """Return the numbers of the claims for which even the smallest p that these runs can give is above alpha."""
    runs = [
        replace(run, values=dict.fromkeys(run.values, math.sin(number)))  # any values that vary
        for number, run in enumerate(planned_observations(test, layout))
    ]
    floors = [_floors(test, claim, runs) for claim in test.claims]
    if test.order == "fixed":
        decidable = [any(testable(claim_floors, alpha)) for claim_floors in floors]
    else:
        family = iter(testable([floor for claim_floors in floors for floor in claim_floors], alpha))
        decidable = [any(list(islice(family, len(claim_floors)))) for claim_floors in floors]
    return tuple(number for number, is_decidable in enumerate(decidable) if not is_decidable)


def seeds_to_decide(test: RegisteredTest, layout: Layout, alpha: float) -> int | None:
    """Return the smallest number of seeds with which every claim can be decided, None if 100 are not enough."""
    candidates = range(2, MAX_SEEDS + 1)
    return next((n for n in candidates if not undecidable_claims(test, layout.with_seeds(n), alpha)), None)


def _floors(test: RegisteredTest, claim: RegisteredClaim, runs: Sequence[Observation]) -> list[float]:
    """Return the smallest p of each contrast of a claim, 1 for one that cannot be compared."""
    others = dict.fromkeys(run.level for run in runs if run.level != test.control)
    treatments = list(others) if claim.treatment is None else [claim.treatment]
    return [_floor(test, claim, treatment, runs) for treatment in treatments]


def _floor(test: RegisteredTest, claim: RegisteredClaim, treatment: str, runs: Sequence[Observation]) -> float:
    try:
        compared = compared_runs(test, claim, treatment, runs)
        return contrast_effect(test, claim, treatment, runs, compared).floor
    except NotCompared:
        return 1.0
