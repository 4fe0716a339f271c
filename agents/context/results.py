"""Convert the parts of results.json that agents and reports read into typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.context.standing import RegistrationStatus, confirmatory, registration_status
from agents.group_evaluation.column_result import ColumnResult
from agents.registered_test.comparison import Comparison, comparison_from_json
from agents.statistics import Goal
from compiler.runs.run_status import RunError


@dataclass(frozen=True)
class RunResult:
    """One point of the sweep and the result of its run. `error` is None for a completed run."""

    point: str
    run_id: str
    overrides: Mapping[str, Any]
    metrics: Mapping[str, float]
    error: RunError | None


@dataclass(frozen=True)
class DeliverableResult:
    """The check of one deliverable over all its runs."""

    status: str
    is_validated: bool
    is_required: bool
    validation_method: str
    detail: str


@dataclass(frozen=True)
class Objective:
    """The metric of a test or search, and whether it is to be maximized or minimized."""

    metric: str
    goal: Goal


@dataclass(frozen=True)
class Results:
    """The results of an experiment.

    `metric` is the one by which arms are ranked. `comparison` is the registered test, if there is one. `exploratory` is
    the same test over all finished runs, None if the registered test rests on all of them. `groups` is the metric by
    group of test items.
    """

    status: str
    is_post_hoc: bool
    metric: str
    comparison: Comparison | None = None
    search: Objective | None = None
    deliverables: Mapping[str, DeliverableResult] = field(default_factory=dict)
    runs: tuple[RunResult, ...] = ()
    registration: RegistrationStatus = field(default_factory=confirmatory)
    exploratory: Comparison | None = None
    groups: tuple[ColumnResult, ...] = ()

    @property
    def objective(self) -> Objective:
        """The objective of the test, else of the search. Without either the metric is to be maximized."""
        if self.comparison is not None:
            return Objective(self.comparison.test.metric, self.comparison.test.goal)
        return self.search or Objective(self.metric, "maximize")


def results_from_json(data: Mapping[str, Any]) -> Results:
    """Return the content of results.json as typed values. Raises KeyError if a field is missing."""
    comparison, search, exploratory = (data.get(key) for key in ("comparison", "search", "exploratory"))
    return Results(
        status=data["status"],
        is_post_hoc=bool(data["post_hoc"]),
        metric=data["summary_metrics"]["metric"],
        comparison=comparison_from_json(comparison) if comparison else None,
        search=Objective(search["metric"], search["goal"]) if search else None,
        deliverables={name: _deliverable(value) for name, value in data["deliverables_status"].items()},
        runs=tuple(map(_run, data.get("runs", ()))),
        registration=registration_status(data["registration"]),
        exploratory=comparison_from_json(exploratory) if exploratory else None,
        groups=tuple(map(ColumnResult.from_json, data.get("groups", ()))),
    )


def _deliverable(data: Mapping[str, Any]) -> DeliverableResult:
    return DeliverableResult(
        data["status"], bool(data["validated"]), data["required"], data["validation_method"], data["detail"]
    )


def _run(data: Mapping[str, Any]) -> RunResult:
    error = data["error"]
    return RunResult(
        data["point"],
        data["run_id"],
        data["overrides"],
        data["metrics"] or {},
        RunError(error.get("kind", "unknown"), error.get("message", "")) if error else None,
    )
