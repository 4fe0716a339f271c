"""Warn of a registered test that no outcome could decide, or whose power is low, before its runs are trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.planning.assumptions import AssumedEffect, assume
from agents.planning.attainable import seeds_to_decide, undecidable_claims
from agents.planning.power import Power
from agents.planning.sample_size import power_with_seeds
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from rules.planning.plan_experiment import NotPlannable, planned_sd, simulated_test

LOW_POWER = 0.5
_SIMULATIONS = 100  # take at most about two seconds


@dataclass(frozen=True)
class PowerEstimate:
    """The power of a registered test for a true improvement and a standard deviation of its first claim's metric."""

    power: Power
    effect: AssumedEffect
    sd: float
    sd_source: str

    @property
    def line(self) -> str:
        return (
            f"the power of the registered test is about {self.power.power:.2f} for a true improvement of"
            f" {self.effect.improvement:.4g} ({self.effect.source}) and sd {self.sd:.4g} ({self.sd_source})"
        )


def power_warnings(lab: Lab, plan: Plan, experiment: PlannedExperiment) -> Iterator[str]:
    """Yield a line for each problem. An experiment without a test, and a search, have none."""
    try:
        test, layout, looks = simulated_test(experiment)
    except NotPlannable:
        return
    alpha = looks.scaled(test.alpha, layout.seeds)[-1].alpha if looks else test.alpha
    if undecidable := undecidable_claims(test, layout, alpha):
        claims = (
            "the registered test" if len(test.claims) == 1 else f"claim {undecidable[0] + 1} of the registered test"
        )
        seeds = seeds_to_decide(test, layout, alpha)
        needed = "change the test" if seeds is None else f"it takes {seeds} seeds of each setting"
        yield f"{experiment.id}: no outcome of {claims} could reach alpha = {alpha:.4g} with these runs ({needed})"
    elif not all(lab.status(run).is_file() for run in experiment.runs):
        yield from _low_power(lab, plan, experiment)


def estimated_power(lab: Lab, plan: Plan, experiment: PlannedExperiment) -> PowerEstimate | None:
    """Return the power for the default effect by a short simulation, None if no standard deviation is known.

    Raises:
        NotPlannable: The experiment has no registered test, or is a search.
    """
    test, layout, looks = simulated_test(experiment)
    sd = planned_sd(lab, plan, experiment, list(dict.fromkeys(claim.metric for claim in test.claims)))
    if sd is None:
        return None
    assumptions = assume(test, sd.by_metric)
    power = power_with_seeds(test, layout, assumptions, looks, simulations=_SIMULATIONS)
    return PowerEstimate(power, assumptions.effects[0], sd.by_metric[test.claims[0].metric], sd.source)


def _low_power(lab: Lab, plan: Plan, experiment: PlannedExperiment) -> Iterator[str]:
    """Yield a warning if the power for the default effect is under one half and a standard deviation is known."""
    estimate = estimated_power(lab, plan, experiment)
    if estimate is not None and estimate.power.power < LOW_POWER:
        yield f"{experiment.id}: {estimate.line} (proband plan {experiment.id} shows what it takes)"
