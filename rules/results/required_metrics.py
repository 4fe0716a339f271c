"""Find the metrics that a spec requires, and the completed runs that lack one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.completed_runs import measured_values, not_finite_metrics
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.deliverables.training_metrics import is_finite_number
from compiler.plan.model import PlannedDeliverable, PlannedExperiment
from rules.results.run_record import RunRecord


def missing_metrics(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> dict[str, tuple[str, ...]]:
    """Return, by completed run, the required metrics that are absent or not finite. Complete runs have no entry.

    The metrics are those of the registered test, of the search, and of the required deliverables. `completed_runs`
    requires that all metrics are finite.
    """
    required = tuple(dict.fromkeys(_required_metrics(experiment)))
    all_metrics = [
        value.path for value in _required_deliverables(experiment) if value.spec["validation"] == "metrics_finite"
    ]
    missing: dict[str, tuple[str, ...]] = {}
    for run in (run for run in runs.values() if run.is_completed):
        lacking = {name for name, path in required if not _has(run, name, path)}
        lacking.update(*(_not_finite(run, path) for path in all_metrics))
        if lacking:
            missing[run.run_id] = tuple(sorted(lacking))
    return missing


def _required_metrics(experiment: PlannedExperiment) -> Iterator[tuple[str, str]]:
    """Yield each metric with the file that the spec names for it, "" for the metrics of the run."""
    test, search = experiment.design.test, experiment.search
    for metric in test.metrics if test else ():
        yield metric, ""
    if search:
        yield search.metric, ""
    for deliverable in _required_deliverables(experiment):
        for metric in _fields(deliverable).metrics().values():
            yield metric, deliverable.path


def _required_deliverables(experiment: PlannedExperiment) -> list[PlannedDeliverable]:
    return [deliverable for deliverable in experiment.deliverables.values() if deliverable.is_required]


def _not_finite(run: RunRecord, path: str) -> list[str]:
    """Return the metrics of a run that are not finite, for a spec that requires that all are."""
    try:
        return not_finite_metrics(measured_values(run.folder, path))
    except UnreadableArtifact:
        return []  # the check of the deliverable reports the problem


def _fields(deliverable: PlannedDeliverable) -> Deliverable:
    return deliverable_type(str(deliverable.spec["type"])).schema.model_validate(deliverable.spec)


def _has(run: RunRecord, metric: str, path: str) -> bool:
    """Return whether a run has a finite value. Lightning calls a metric `x` of steps and epochs `x_step`, `x_epoch`."""
    if any(name in run.metrics for name in (metric, f"{metric}_step", f"{metric}_epoch")):
        return True
    try:
        return path.endswith(".json") and is_finite_number(read_object(run.folder, path).get(metric))
    except UnreadableArtifact:
        return False
