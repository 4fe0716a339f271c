"""Decide the gate of the training: required runs completed with all their metrics, and perform well enough."""

from __future__ import annotations

from compiler.runs.run_status import failure_line
from rules.gates.gate import Gate, decide
from rules.results.content.checks import DeliverableSummary, PointResults
from rules.results.experiment_results import ExperimentResults

THRESHOLD = "threshold"  # the validation of a deliverable that states a minimum performance
_WHY = "every required run completed with finite metrics, and every required threshold is met"


def training_gate(results: ExperimentResults) -> Gate:
    """Return the gate. It also requires that at least one run completed."""
    runs = {run.run_id: run for run in results.runs}
    required = required_runs(results)
    reasons = {run_id: _reason(run, results) for run_id, run in sorted(runs.items()) if run_id in required}
    reasons |= {name: unmet(value) for name, value in required_deliverables(results).items() if is_threshold(value)}
    if not any(run.is_completed for run in runs.values()):
        reasons["a completed run"] = "no run completed" if runs else "the experiment has no runs"
    return decide("training", reasons, __name__, _WHY)


def required_runs(results: ExperimentResults) -> set[str]:
    """Return the runs that a required deliverable is checked on, or all runs if no deliverable is required."""
    required = required_deliverables(results)
    return {run.run_id for run in results.runs if not required or required.keys() & run.deliverables_status.keys()}


def required_deliverables(results: ExperimentResults) -> dict[str, DeliverableSummary]:
    return {name: value for name, value in results.deliverables_status.items() if value.required}


def is_threshold(deliverable: DeliverableSummary) -> bool:
    return deliverable.validation_method == THRESHOLD


def unmet(deliverable: DeliverableSummary) -> str:
    """Return why a deliverable is not met, "" if it is."""
    return "" if deliverable.validated else f"{deliverable.status}: {deliverable.detail}"


def _reason(run: PointResults, results: ExperimentResults) -> str:
    """Return why a run does not meet its requirement, "" if it does."""
    if not run.is_completed:
        return f"the run failed: {failure_line({'error': run.error})}"
    if missing := results.missing_metrics.get(run.run_id):
        return f"without a finite {', '.join(missing)}"
    return ""
