"""Simulate a scenario with the decision code of the product, and count the verdicts."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agents.facts.verdict import TestOutcome
from agents.registered_test.decision import compare
from tests.verdicts.scenario import Look, Scenario

_STANDARD_ERRORS = 3.5


@dataclass(frozen=True)
class Rate:
    """How many of `experiments` simulated experiments gave a claim the verdict. `bound` is the nominal rate or None."""

    verdict: TestOutcome
    count: int
    experiments: int
    bound: float | None

    @property
    def share(self) -> float:
        return self.count / self.experiments

    @property
    def error(self) -> float:
        """The standard error of the share. A count of zero has that of one experiment."""
        share = max(self.share, 1 / self.experiments)
        return math.sqrt(share * (1 - share) / self.experiments)

    @property
    def largest(self) -> float:
        """The largest share that does not contradict the bound: 3.5 standard errors of the simulation above it."""
        bound = 1.0 if self.bound is None else self.bound
        return bound + _STANDARD_ERRORS * math.sqrt(bound * (1 - bound) / self.experiments)

    @property
    def is_within_bound(self) -> bool:
        return self.share <= self.largest


@dataclass(frozen=True)
class ScenarioRates:
    """The rates of the false verdicts of a scenario, and the share of experiments that were untestable."""

    scenario: Scenario
    rates: tuple[Rate, ...]
    untestable: float


def simulated(scenario: Scenario, experiments: int) -> Iterator[Sequence[Look]]:
    """Yield the looks of that many experiments. Equal arguments give equal experiments."""
    random = np.random.default_rng(zlib.crc32(scenario.name.encode()))
    for _ in range(experiments):
        yield scenario.draw(random)


def simulate(scenario: Scenario, experiments: int) -> ScenarioRates:
    """Return the rates over that many experiments."""
    counts, untestable = dict.fromkeys(scenario.errors, 0), 0
    for looks in simulated(scenario, experiments):
        verdicts = {verdict for look in looks for verdict in false_verdicts(scenario, look)}
        untestable += verdicts == {"untestable"}
        for verdict in counts:
            counts[verdict] += verdict in verdicts
    rates = (Rate(verdict, count, experiments, scenario.errors[verdict]) for verdict, count in counts.items())
    return ScenarioRates(scenario, tuple(rates), untestable / experiments)


def false_verdicts(scenario: Scenario, look: Look) -> list[TestOutcome]:
    """Return the verdicts of the claims for which the verdicts in `errors` are false."""
    verdicts = compare(look.test, look.observations, alpha=look.alpha).claim_verdicts
    return [verdicts[claim] for claim in scenario.false_claims or range(len(verdicts))]
