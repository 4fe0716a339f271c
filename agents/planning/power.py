"""Simulate experiments with assumed effects, decide each with the registered test, and count the supported ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.facts.verdict import TestOutcome
from agents.planning.assumptions import Assumptions, true_means
from agents.planning.layout import Layout, planned_observations
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation

SIMULATIONS = 500  # the standard error of a power is then at most 0.022
_AT_LEAST = 25  # simulations before the power may be clear enough
_CLEAR = 3.0  # standard errors


@dataclass(frozen=True)
class PlannedLook:
    """A look at the runs: the number of seeds, and its nominal significance level."""

    seeds: int
    alpha: float


@dataclass(frozen=True)
class Power:
    """How often the experiment, and each of its claims, was supported in the simulations."""

    seeds: int
    runs: int
    simulations: int
    supported: int
    claims_supported: tuple[int, ...]

    @property
    def power(self) -> float:
        return self.supported / self.simulations

    @property
    def standard_error(self) -> float:
        """The error of the simulation. It is not zero if all or no experiments were supported."""
        share = min(max(self.power, 1 / self.simulations), 1 - 1 / self.simulations)
        return math.sqrt(share * (1 - share) / self.simulations)

    def differs_from(self, wanted: float) -> bool:
        """Return whether the power is clearly above or below the wanted one."""
        return self.simulations >= _AT_LEAST and abs(self.power - wanted) > _CLEAR * self.standard_error

    def to_json(self) -> dict[str, Any]:
        return {
            "seeds": self.seeds,
            "runs": self.runs,
            "power": self.power,
            "standard_error": self.standard_error,
            "claims": [supported / self.simulations for supported in self.claims_supported],
        }


def power_of(
    test: RegisteredTest,
    layout: Layout,
    assumptions: Assumptions,
    looks: Sequence[PlannedLook] = (),
    *,
    until_it_differs_from: float | None = None,
    simulations: int = SIMULATIONS,
) -> Power:
    """Return the power of the registered test with these runs, none of which fails.

    Equal arguments give equal numbers. The first runs of a larger layout have the values of a smaller one, so that
    powers can be compared.

    Args:
        looks: the planned looks; the experiment is supported if it is at one of them.
        until_it_differs_from: stop as soon as the power is clearly above or below this value.
    """
    runs = planned_observations(test, layout)
    means = true_means(test, runs, assumptions)
    power = Power(layout.seeds, layout.runs, 0, 0, (0,) * len(test.claims))
    for number in range(simulations):
        noise = _noise(number, len(runs), list(assumptions.sds))
        simulated = [
            replace(run, values={name: means[name][i] + sd * noise[name][i] for name, sd in assumptions.sds.items()})
            for i, run in enumerate(runs)
        ]
        power = _counted(power, list(_verdicts(test, simulated, looks)))
        if until_it_differs_from is not None and power.differs_from(until_it_differs_from):
            break
    return power


def _noise(simulation: int, runs: int, metrics: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return standard normal values for the runs of one simulated experiment, by metric."""
    return {
        metric: np.random.default_rng([simulation, number]).normal(size=runs) for number, metric in enumerate(metrics)
    }


def _verdicts(
    test: RegisteredTest, runs: Sequence[Observation], looks: Sequence[PlannedLook]
) -> Iterator[tuple[TestOutcome, tuple[TestOutcome, ...]]]:
    """Yield the verdict of the experiment and those of its claims, at each look until it is decided."""
    if not looks:
        comparison = compare(test, runs)
        yield comparison.verdict, comparison.claim_verdicts
    for look in looks:
        comparison = compare(test, runs[: len(runs) * look.seeds // looks[-1].seeds], alpha=look.alpha)
        yield comparison.verdict, comparison.claim_verdicts
        if comparison.verdict in ("supported", "refuted"):
            return


def _counted(power: Power, verdicts: Sequence[tuple[TestOutcome, tuple[TestOutcome, ...]]]) -> Power:
    by_claim = zip(*(claims for _, claims in verdicts), strict=True)
    return replace(
        power,
        simulations=power.simulations + 1,
        supported=power.supported + any(verdict == "supported" for verdict, _ in verdicts),
        claims_supported=tuple(
            count + ("supported" in outcomes) for count, outcomes in zip(power.claims_supported, by_claim, strict=True)
        ),
    )
