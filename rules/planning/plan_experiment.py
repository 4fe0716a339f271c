"""Plan an experiment: simulate its registered test with the runs of its spec, and search for the wanted power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.planning.assumptions import assume
from agents.planning.layout import Layout, layout_of
from agents.planning.sample_size import Looks, power_with_seeds, seeds_for_power
from agents.registered_test.claims import RegisteredTest, registered_test
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from rules.planning.power_plan import PowerPlan
from rules.planning.standard_deviation import StandardDeviation, mean_seconds, measured, stated


class NotPlannable(ValueError):
    """Raised for an experiment whose power cannot be computed. The message states what to do."""


@dataclass(frozen=True)
class PlanOptions:
    """The options of `proband plan`. None: the value of the spec or its default."""

    effect: float | None = None
    sd: float | None = None
    power: float | None = None


def plan_experiment(lab: Lab, plan: Plan, experiment: PlannedExperiment, options: PlanOptions) -> PowerPlan:
    """Simulate the registered test of an experiment. Raises NotPlannable."""
    test, layout, looks = simulated_test(experiment)
    metrics = list(dict.fromkeys(claim.metric for claim in test.claims))
    sd = _standard_deviation(lab, plan, experiment, metrics, options)
    wanted = options.power or _planning(experiment).get("power", 0.8)
    assumptions = assume(test, sd.by_metric, options.effect)
    parent = plan.parent(experiment.id)
    return PowerPlan(
        experiment.id,
        test,
        tuple(claim.text or f"{claim.type} of {claim.metric}" for claim in test.claims),
        sd,
        assumptions,
        wanted,
        power_with_seeds(test, layout, assumptions, looks),
        seeds_for_power(test, layout, assumptions, looks, wanted),
        mean_seconds(lab, experiment) or (mean_seconds(lab, parent) if parent else None),
        tuple(_notes(experiment)),
    )


def simulated_test(experiment: PlannedExperiment) -> tuple[RegisteredTest, Layout, Looks | None]:
    """Return the registered test of an experiment, its runs and its planned looks. Raises NotPlannable."""
    planned = experiment.design.test
    if planned is None:
        raise NotPlannable("has no registered test (add `compare` to its spec)")
    if experiment.search:
        raise NotPlannable("is a search, whose trials are not known before it runs")
    layout = layout_of(point.overrides for point in experiment.points)
    looks = Looks(planned.looks.seeds, planned.looks.spending) if planned.looks else None
    test = replace(registered_test(planned.to_json()), generalize_to=("seed",))
    return test, layout.with_seeds(looks.seeds[-1]) if looks else layout, looks


def planned_sd(lab: Lab, plan: Plan, experiment: PlannedExperiment, metrics: list[str]) -> StandardDeviation | None:
    """Return the standard deviation of `compare.plan`, or of a parent whose runs have all finished."""
    if (sd := _planning(experiment).get("sd")) is not None:
        return stated(sd, metrics, "compare.plan.sd")
    parent = plan.parent(experiment.id)
    if parent is None or not all(lab.status(run).is_file() for run in parent.runs):
        return None
    return measured(lab, parent, metrics)


def _standard_deviation(
    lab: Lab, plan: Plan, experiment: PlannedExperiment, metrics: list[str], options: PlanOptions
) -> StandardDeviation:
    if options.sd is not None:
        return stated(options.sd, metrics, "--sd")
    parent = plan.parent(experiment.id)
    sd = (
        planned_sd(lab, plan, experiment, metrics)
        or measured(lab, experiment, metrics)
        or (measured(lab, parent, metrics) if parent else None)
    )
    if sd is None:
        raise NotPlannable(
            f"no standard deviation of {', '.join(metrics)} is known: neither this experiment nor its parent has two"
            " finished runs of one setting (give --sd, or `compare: {plan: {sd: …}}` in the spec)"
        )
    return sd


def _planning(experiment: PlannedExperiment) -> Mapping[str, Any]:
    compare = experiment.spec.get("compare") or {}
    return dict(compare.get("plan") or {})


def _notes(experiment: PlannedExperiment) -> list[str]:
    test = experiment.design.test
    notes = ["no run fails, the values are normally distributed, and equal seeds are not correlated"]
    if test is not None and "item" in test.generalize_to:
        notes.append("the variation of the test items is not simulated, so the power is an upper limit")
    return notes
