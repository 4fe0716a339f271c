"""`completed_runs`: the run completed, and all its metrics are finite. A spec without deliverables has this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists
from compiler.deliverables.training_metrics import NOT_METRICS, is_finite_number, is_measured

NAME = "completed_runs"
EVALUATION = "output/eval_results.json"  # may be absent: a training without a test split has no evaluation


class CompletedRuns(Deliverable):
    path: str = "output/metrics.json"
    validation: Literal["metrics_finite", "exists"] = "metrics_finite"


def metrics_finite(run: FinishedRun, spec: CompletedRuns) -> CheckResult:
    """Check that the run has a metric, and that every metric is a finite number. Failed runs are not checked."""
    try:
        measured = measured_values(run.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    if not measured:
        return CheckResult(False, f"{spec.path} has no metric (the model logs none)")
    if not_finite := not_finite_metrics(measured):
        return CheckResult(False, f"{spec.path}: not a finite number: {', '.join(not_finite)}")
    return CheckResult(True, f"the run completed with {len(measured)} finite metrics")


def measured_values(folder: Path, path: str) -> dict[str, Any]:
    """Return the metrics of a run and of its test split. Raises UnreadableArtifact."""
    metrics = read_object(folder, path)
    if (folder / EVALUATION).exists():
        metrics |= read_object(folder, EVALUATION)
    return {name: value for name, value in metrics.items() if name not in NOT_METRICS and is_measured(value)}


def not_finite_metrics(measured: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, value in measured.items() if not is_finite_number(value))


TYPE = DeliverableType(NAME, CompletedRuns, {"metrics_finite": metrics_finite, "exists": exists})
