"""Check one deliverable over the runs of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import PlannedExperiment
from compiler.plan.planned_run import read_run_job
from lightning_modules.failures.kinds import is_machine_failure
from rules.results.arms import best_arm
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck
from rules.results.run_record import RunRecord

CheckRun = Callable[[RunRecord], CheckResult]


def check_runs(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord], check: CheckRun
) -> CheckedDeliverable:
    """Check each run of the experiment, or of its best arm, separately.

    Args:
        runs: all runs of the experiment by id.
        check: checks one completed run. Failed runs do not pass.
    """
    checked = best_arm(experiment, runs) if spec.over == "best" else list(runs)
    return CheckedDeliverable.of_runs(spec, {run_id: _check_run(runs[run_id], check) for run_id in checked})


def check_experiment(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord]
) -> CheckedDeliverable:
    """Check a deliverable once over all runs together, such as a comparison."""
    test = experiment.design.test
    passes, detail, comparison = load_check(spec)(test.to_json() if test else None, compared_points(experiment, runs))
    return CheckedDeliverable.of_experiment(spec, passes, detail, comparison)


def compared_points(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[dict[str, Any]]:
    """Return the points as the registered test reads them."""
    return [_compared_point(point, runs[point.run]) for point in experiment.points]


def _compared_point(point: PlannedPoint, run: RunRecord) -> dict[str, Any]:
    """Return the point with the metrics of its run, or with what made the run fail: the run itself or the machine."""
    predictions = run.folder / "output" / "predictions.npz"
    failure = "machine" if is_machine_failure(run.status) else "run"
    return {
        "run_id": point.run,
        "levels": point.overrides,
        "metrics": dict(run.metrics) if run.is_completed else None,
        "failure": None if run.is_completed else failure,
        "predictions": predictions if predictions.exists() else None,
    }


def run_check(lab: Lab, spec: Deliverable) -> CheckRun:
    """Return the check of the deliverable for one run. Slow imports, such as torch, happen with the first run."""

    def check(run: RunRecord) -> CheckResult:
        job = read_run_job(lab.run_job(run.run_id))
        result = load_check(spec)(FinishedRun(run.run_id, run.folder, job.config, job.data), spec)
        assert isinstance(result, CheckResult), f"the check of {spec.type} must return a CheckResult, not {result!r}"
        return result

    return check


def load_check(spec: Deliverable) -> Callable[..., Any]:
    """Return the check function of the deliverable. Its type may name it as `module:attr`."""
    check = deliverable_type(spec.type).checks[spec.validation]
    return resolve_name(check) if isinstance(check, str) else check


def _check_run(run: RunRecord, check: CheckRun) -> RunCheck:
    result = check(run) if run.is_completed else CheckResult(False, f"the run failed: {run.failure}")
    return RunCheck(run.status.status, result.passed, result.detail)
