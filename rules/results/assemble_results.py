"""Assemble the results of an experiment from its runs and the results of its deliverable checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from compiler.deliverables.check import TrackedRun
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import PlannedExperiment
from rules.results.checked_deliverable import CheckedDeliverable
from rules.results.content.checks import (
    ArtifactEntry,
    DeliverableSummary,
    PointResults,
    RunDeliverable,
    ValidationResults,
)
from rules.results.evaluation.evaluate import Evaluation
from rules.results.experiment_results import ExperimentResults
from rules.results.group_metrics import group_metrics
from rules.results.required_metrics import missing_metrics
from rules.results.run_record import RunRecord
from rules.results.search_results import search_results
from rules.results.summary_metrics import summarise_metrics


def assemble_results(
    experiment: PlannedExperiment,
    runs: Mapping[str, RunRecord],
    deliverables: Mapping[str, CheckedDeliverable],
    evaluation: Evaluation,
    damaged: Sequence[str],
    reports: Sequence[str],
) -> ExperimentResults:
    """Return the content of `results.json`.

    Args:
        experiment: the experiment in the plan.
        runs: its runs by id.
        deliverables: the results of its deliverable checks by name.
        evaluation: the result of the registered test, and the registration of its claim.
        damaged: descriptions of artifacts that differ from those that the runs recorded.
        reports: paths of the analyses and reports that the spec asks for.
    """
    missing, summary = missing_metrics(experiment, runs), summarise_metrics(experiment, runs)
    validation = _validation_results(runs, deliverables, is_intact=not damaged and not missing)
    return ExperimentResults(
        experiment_id=experiment.id,
        status=overall_status(runs, validation),
        completed_at=max((run.status.completed_at or "" for run in runs.values()), default=""),
        duration_seconds=sum(run.status.duration_seconds or 0.0 for run in runs.values()),
        deliverables_status={name: _summary(experiment, deliverables[name]) for name in sorted(deliverables)},
        summary_metrics=summary,
        validation_results=validation,
        damaged_artifacts=tuple(damaged),
        missing_metrics=missing,
        search=search_results(experiment.search, runs) if experiment.search else None,
        verdict=evaluation.comparison["verdict"] if evaluation.comparison else None,
        comparison=evaluation.comparison,
        exploratory=evaluation.exploratory,
        registration=evaluation.registration,
        post_hoc=evaluation.registration.standing != "confirmatory",
        report_deliverables=tuple(experiment.report_deliverables),
        artifacts=tuple(_artifacts(experiment, runs)),
        analysis_reports=tuple(reports),
        runs=tuple(_point_results(point, experiment, runs[point.run], deliverables) for point in experiment.points),
        groups=group_metrics(experiment, runs, summary.metric),
    )


def overall_status(
    runs: Mapping[str, RunRecord], validation: ValidationResults
) -> Literal["completed", "partial_success", "failed"]:
    """Return `failed` if no run completed, `completed` if all did and all checks passed, else `partial_success`.

    The status does not state whether the experiment delivers: a deliverable that is checked on the best arm can be met
    although runs of other arms failed.
    """
    if not any(run.is_completed for run in runs.values()):
        return "failed"
    passes = validation.all_deliverables_met is not False and validation.data_integrity_checks_passed
    return "completed" if passes and all(run.is_completed for run in runs.values()) else "partial_success"


def _validation_results(
    runs: Mapping[str, RunRecord], deliverables: Mapping[str, CheckedDeliverable], is_intact: bool
) -> ValidationResults:
    """Return whether the required deliverables are met. Without a completed run, the data count as not intact."""
    required = [deliverable for deliverable in deliverables.values() if deliverable.required]
    thresholds = [deliverable for deliverable in required if deliverable.validation == "threshold"]
    has_data = any(run.is_completed for run in runs.values())
    return ValidationResults(_all_validated(required), _all_validated(thresholds), is_intact and has_data)


def _all_validated(deliverables: Sequence[CheckedDeliverable]) -> bool | None:
    """Return whether all deliverables are validated, None if there are none."""
    return all(deliverable.is_validated for deliverable in deliverables) if deliverables else None


def _summary(experiment: PlannedExperiment, result: CheckedDeliverable) -> DeliverableSummary:
    return DeliverableSummary(
        path=experiment.deliverables[result.name].path,
        status=result.status,
        validated=result.is_validated,
        required=result.required,
        validation_method=result.validation,
        detail=result.summary,
        **_tracked_fields([check.tracked for check in result.runs.values() if check.tracked]),
    )


def _tracked_fields(tracked: Sequence[TrackedRun]) -> dict[str, Any]:
    """Return where the runs of a deliverable are tracked: what they share, the ids of all, and the earliest check."""
    if not tracked:
        return {}
    shared = {
        field: values.pop()
        for field in ("project", "entity", "run_id", "url")
        if len(values := {getattr(run, field) for run in tracked}) == 1
    }
    checked = [run.checked_at for run in tracked if run.checked_at]
    ids = {} if len(tracked) == 1 else {"run_ids": tuple(run.run_id for run in tracked)}
    return {**shared, **ids, "checked_at": min(checked, default=None)}


def _point_results(
    point: PlannedPoint,
    experiment: PlannedExperiment,
    run: RunRecord,
    deliverables: Mapping[str, CheckedDeliverable],
) -> PointResults:
    checked = {name: result for name, result in sorted(deliverables.items()) if run.run_id in result.runs}
    return PointResults(
        point=point.name,
        run_id=run.run_id,
        overrides=point.overrides,
        status=run.status.status,
        error=run.content.get("error"),
        completed_at=run.status.completed_at,
        duration_seconds=run.status.duration_seconds,
        metrics=dict(run.metrics),
        deliverables_status={name: _run_deliverable(experiment, run, result) for name, result in checked.items()},
    )


def _run_deliverable(experiment: PlannedExperiment, run: RunRecord, result: CheckedDeliverable) -> RunDeliverable:
    check = result.runs[run.run_id]
    return RunDeliverable(
        path=experiment.deliverables[result.name].path,
        status=check.status,
        validated=check.validated,
        validation_method=result.validation,
        detail=check.detail,
        **({"run_id": run.run_id} if check.tracked is None else _address(check.tracked)),
    )


def _address(tracked: TrackedRun) -> dict[str, Any]:
    """Return where a run is tracked, as results contain it."""
    return {name: value for name, value in asdict(tracked).items() if name in RunDeliverable.__dataclass_fields__}


def _artifacts(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> Iterator[ArtifactEntry]:
    """Yield the artifacts of all runs that belong to a deliverable, with the hashes that the runs recorded."""
    paths = {deliverable.path for deliverable in experiment.deliverables.values() if deliverable.scope == "run"}
    for run_id, run in runs.items():
        for file, artifact in sorted(run.status.artifacts.items()):
            if any(file == path or file.startswith(f"{path}/") for path in paths):
                yield ArtifactEntry(run_id, f"runs/{run_id}/{file}", artifact.size, artifact.sha256)
