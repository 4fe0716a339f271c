"""Decide the gate of the runs: required runs completed, with all their metrics and artifacts."""

from __future__ import annotations

from compiler.runs.run_status import failure_line
from rules.gates.gate import Gate, decide
from rules.results.content.checks import PointResults
from rules.results.experiment_results import ExperimentResults


def run_gate(results: ExperimentResults) -> Gate:
    """Return the gate. It also requires that at least one run completed."""
    runs = {run.run_id: run for run in results.runs}
    required = required_runs(results)
    reasons = {run_id: _reason(run, results) for run_id, run in runs.items() if run_id in required}
    for run_id in runs.keys() - required:  # damage is never ignored
        if damage := _damage(results, run_id):
            reasons[run_id] = damage
    other_damage = [damage for damage in results.damaged_artifacts if not damage.startswith(tuple(runs))]
    if other_damage:
        reasons["artifacts"] = "; ".join(other_damage)
    if not any(run.is_completed for run in runs.values()):
        reasons["a completed run"] = "no run completed" if runs else "the experiment has no runs"
    return decide("runs", dict(sorted(reasons.items())), __name__)


def required_runs(results: ExperimentResults) -> set[str]:
    """Return the runs that a required deliverable is checked on, or all runs if no deliverable is required."""
    required = {name for name, deliverable in results.deliverables_status.items() if deliverable.required}
    return {run.run_id for run in results.runs if not required or required & run.deliverables_status.keys()}


def _reason(run: PointResults, results: ExperimentResults) -> str:
    """Return why a run does not meet its requirement, "" if it does."""
    if not run.is_completed:
        return f"the run failed: {failure_line({'error': run.error})}"
    if missing := results.missing_metrics.get(run.run_id):
        return f"without a finite {', '.join(missing)}"
    return _damage(results, run.run_id)


def _damage(results: ExperimentResults, run_id: str) -> str:
    return "; ".join(damage for damage in results.damaged_artifacts if damage.startswith(run_id))
