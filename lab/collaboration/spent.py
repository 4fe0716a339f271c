"""Compute what admitted proposals have spent, from the files of their runs, ledgers and decisions.

No counter is kept. What is deleted is counted by what its decision recorded, or is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.view.training_cost import training_cost
from lab.collaboration.admitted import Admitted
from lab.collaboration.amounts import Amounts, total
from lab.collaboration.model_cost import planned_model_cost, recorded_model_cost

_SECONDS = 3600


def spent_amounts(lab: Lab, plan: Plan, admitted: Sequence[Admitted], currency: str | None) -> Amounts:
    """Return what the admitted experiments have spent or will spend when they are built.

    A run that an experiment of a person uses as well costs nothing.
    """
    names = {experiment.name for experiment in admitted}
    shared = {run for name, experiment in plan.experiments.items() if name not in names for run in experiment.runs}
    counted: set[str] = set()
    rows = []
    for experiment in admitted:
        planned = plan.experiments.get(experiment.name)
        if planned is None:
            rows.append(_recorded(experiment))
            continue
        own = [run for run in planned.runs if run not in shared | counted]
        counted |= set(own)
        runs = max(len(own), int(experiment.recorded("runs") or 0))
        rows.append(Amounts(runs, hours_of_runs(lab, plan, planned, own)))
        agents = planned_model_cost(planned.agents, currency)
        rows.append(recorded_model_cost(lab, planned.id, agents, currency))
    return total(rows)


def hours_of_runs(lab: Lab, plan: Plan, experiment: PlannedExperiment, runs: Collection[str]) -> float | None:
    """Return the hours of runs: their durations by the monotonic clock, and the estimate for those without a status.

    Only the duration of the last attempt is recorded, so every attempt counts as long as the last one.
    """
    statuses = {run: readable_object(lab.status(run)) for run in runs}
    seconds = [_seconds(status) for status in statuses.values() if status is not None]
    missing = [run for run, status in statuses.items() if status is None]
    estimate = training_cost(lab, plan, experiment.id, missing).seconds if missing else 0.0
    if estimate is None or None in seconds:
        return None
    return (sum(value for value in seconds if value is not None) + len(missing) * estimate) / _SECONDS


def _seconds(status: Mapping[str, object]) -> float | None:
    duration, attempt = status.get("duration_seconds"), status.get("attempt")
    if not isinstance(duration, int | float) or not isinstance(attempt, int):
        return None
    return float(duration) * max(attempt, 1)


def _recorded(experiment: Admitted) -> Amounts:
    """Return the costs in the decisions about an experiment whose spec was deleted."""
    calls = experiment.recorded("model_calls")
    return Amounts(
        int(experiment.recorded("runs") or 0),
        experiment.recorded("hours"),
        None if calls is None else int(calls),
        experiment.recorded("money"),
    )
