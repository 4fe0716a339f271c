"""Select the best run of an experiment by a metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compiler.base.diagnostics import InputError, did_you_mean
from compiler.plan.model import PlannedExperiment
from compiler.run_table.columns import metric_names
from compiler.run_table.run_row import RunRow

Goal = Literal["maximize", "minimize"]


class NoBestRun(InputError):
    """No finished run of the experiment can be selected. The message states in which states its runs are."""


@dataclass(frozen=True)
class BestRun:
    """The selected run, and the number of runs that it was selected from.

    The value of a selected run is subject to selection bias: it is larger than that of an average run with its setting.
    """

    experiment: str
    row: RunRow
    metric: str
    goal: Goal
    candidates: int

    @property
    def value(self) -> float:
        return self.row.metrics[self.metric]

    @property
    def note(self) -> str:
        """A sentence that states how the run was selected."""
        if self.candidates == 1:
            return f"the only run of {self.experiment} that has {self.metric}"
        return (
            f"selected from {self.candidates} runs by its own {self.metric} ({self.goal}), so the value is subject to"
            " selection bias; it is no test of the setting"
        )

    def to_json(self) -> dict[str, Any]:
        selection = {"metric": self.metric, "goal": self.goal, "value": self.value, "candidates": self.candidates}
        return {"experiment_id": self.experiment, **selection, "run": self.row.to_json()}


def best_run(
    experiment: PlannedExperiment,
    rows: Sequence[RunRow],
    metric: str | None = None,
    goal: Goal | None = None,
    *,
    includes_stale: bool = False,
) -> BestRun:
    """Return the best run, the first of equal ones. Only completed runs count, with the current code unless asked.

    Args:
        rows: the runs of the experiment.
        metric: by default that of the registered test or of the search, else accuracy.
        goal: by default that of the registered test or of the search.

    Raises:
        NoBestRun: No run completed, or none has the metric.
        InputError: The metric is unknown, or its goal is not given.
    """
    metric, goal = _objective(experiment, metric, goal)
    states = ("done", "stale") if includes_stale else ("done",)
    completed = [row for row in rows if row.state in states and row.metrics]
    candidates = [row for row in completed if metric in row.metrics]
    if not candidates:
        raise NoBestRun(_reason(experiment.id, rows, metric, completed, includes_stale))
    sign = 1 if goal == "maximize" else -1
    best = max(candidates, key=lambda row: sign * row.metrics[metric])
    return BestRun(experiment.id, best, metric, goal, len(candidates))


def _objective(experiment: PlannedExperiment, metric: str | None, goal: Goal | None) -> tuple[str, Goal]:
    objective = experiment.design.test or experiment.search
    default: tuple[str, Goal] = (objective.metric, objective.goal) if objective else ("accuracy", "maximize")
    metric = metric or default[0]
    if goal is None and metric != default[0]:
        raise InputError(f"{experiment.id}: no goal is registered for {metric} (add --goal maximize or minimize)")
    return metric, goal or default[1]


def _reason(
    experiment_id: str, rows: Sequence[RunRow], metric: str, completed: Sequence[RunRow], includes_stale: bool
) -> str:
    if completed:
        names = metric_names(completed)
        hint = did_you_mean(metric, names) or f"metrics: {', '.join(names[:12])}"
        return f"{experiment_id}: no completed run has the metric {metric} ({hint}; choose one with --metric)"
    counts = {state: sum(row.state == state for row in rows) for state in dict.fromkeys(row.state for row in rows)}
    listed = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    hint = "build it again, or add --stale" if counts.get("stale") and not includes_stale else "build it first"
    return f"{experiment_id}: no run has completed with the current code; its runs: {listed} ({hint})"
