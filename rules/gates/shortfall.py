"""Describe in one line the required deliverables that an experiment did not meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.plan.model import PlannedExperiment
from compiler.tracking.requirement import check_label
from rules.gates.training_gate import required_runs, training_gate
from rules.gates.validation_gate import validation_gate
from rules.results.content.checks import PointResults
from rules.results.experiment_results import ExperimentResults

_UNSYNCED = "recorded here and not on the server, upload with: proband sync"


def shortfall(results: ExperimentResults, experiment: PlannedExperiment) -> str:
    """Return a line such as `digits_lr: 2 of 15 runs miss accuracy >= 0.85`; empty if runs and deliverables pass."""
    if training_gate(results).passed and validation_gate(results).passed:
        return ""
    runs = list({run.run_id: run for run in results.runs}.values())
    problems = [*_failed_runs(runs), *_missed_deliverables(results, experiment, runs), *_missing_metrics(results)]
    if results.damaged_artifacts:
        problems.append(f"{len(results.damaged_artifacts)} artifacts were changed: {results.damaged_artifacts[0]}")
    return f"{results.experiment_id}: {'; '.join(problems) or 'it has no runs'}"


def failed_runs_note(results: ExperimentResults) -> str:
    """Return the number of failed runs of an experiment that delivers, such as ` (1 of 3 runs failed)`, or ""."""
    runs = {run.run_id: run for run in results.runs}
    failed = sum(not run.is_completed for run in runs.values())
    return f" ({failed} of {_runs(len(runs))} failed)" if failed else ""


def _failed_runs(runs: Sequence[PointResults]) -> Iterator[str]:
    failed = [run for run in runs if not run.is_completed]
    kinds = Counter((run.error or {}).get("kind", "unknown") for run in failed)
    listed = ", ".join(kind if count == len(failed) else f"{count} {kind}" for kind, count in sorted(kinds.items()))
    if failed:
        yield f"{len(failed)} of {_runs(len(runs))} failed ({listed})"


def _missed_deliverables(
    results: ExperimentResults, experiment: PlannedExperiment, runs: Sequence[PointResults]
) -> Iterator[str]:
    """Yield a problem for each required deliverable that completed runs miss. Failed runs are listed separately."""
    for name, deliverable in results.deliverables_status.items():
        if deliverable.required and not deliverable.validated:
            checked = [run for run in runs if name in run.deliverables_status]
            missed = [run for run in checked if run.is_completed and not run.deliverables_status[name].validated]
            spec = experiment.deliverables[name].spec
            if not checked:
                yield f"{name}: {deliverable.detail}"
            elif missed:
                arm = " of the best arm" if spec["over"] == "best" else ""
                statuses = {run.deliverables_status[name].status for run in missed}
                remedy = f": {_UNSYNCED} {results.experiment_id}" if statuses == {"recorded_not_synced"} else ""
                yield f"{len(missed)} of {_runs(len(checked))}{arm} miss {_requirement(name, spec)}{remedy}"


def _missing_metrics(results: ExperimentResults) -> Iterator[str]:
    required = required_runs(results)
    lacking = {run: metrics for run, metrics in results.missing_metrics.items() if run in required}
    if lacking:
        names = ", ".join(sorted({name for metrics in lacking.values() for name in metrics}))
        logged = sorted({name for run in results.runs if run.run_id in lacking for name in run.metrics})
        listed = f" (logged: {', '.join(logged)})" if len(lacking) == len(required) and logged else ""
        yield f"{len(lacking)} of {_runs(len(required))} without a finite {names}{listed}"


def _requirement(name: str, spec: Mapping[str, Any]) -> str:
    if spec["validation"] == "threshold":
        return f"{spec['metric']} {spec['operator']} {spec['value']:g}"
    return f"{name} ({check_label(spec)})"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
