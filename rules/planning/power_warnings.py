"""Warn of a registered test that no outcome could decide, or whose power is low, before its runs are trained."""

from __future__ import annotations

from collections.abc import Iterator

from agents.planning.assumptions import assume
from agents.planning.attainable import seeds_to_decide, undecidable_claims
from agents.planning.sample_size import power_with_seeds
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from rules.planning.plan_experiment import NotPlannable, planned_sd, simulated_test

LOW_POWER = 0.5
_SIMULATIONS = 100  # take at most about two seconds


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


def _low_power(lab: Lab, plan: Plan, experiment: PlannedExperiment) -> Iterator[str]:
    """Yield a warning if the power for the default effect is under one half and a standard deviation is known."""
    test, layout, looks = simulated_test(experiment)
    sd = planned_sd(lab, plan, experiment, list(dict.fromkeys(claim.metric for claim in test.claims)))
    if sd is None:
        return
    assumptions = assume(test, sd.by_metric)
    power = power_with_seeds(test, layout, assumptions, looks, simulations=_SIMULATIONS)
    if power.power < LOW_POWER:
        effect = assumptions.effects[0]
        metric = test.claims[0].metric
        yield (
            f"{experiment.id}: the power of the registered test is about {power.power:.2f} for a true improvement of"
            f" {effect.improvement:.4g} ({effect.source}) and sd {sd.by_metric[metric]:.4g} ({sd.source})"
            f" (proband plan {experiment.id} shows what it takes)"
        )
