"""Check one deliverable over the runs of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, DeliverableStatus, FinishedRun
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.plan.model import PlannedExperiment
from compiler.plan.planned_run import read_run_job
from compiler.runs.tracking import with_tracking_mode
from rules.results.arms import best_arm
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck
from rules.results.evaluation.evidence import RegisteredEvidence
from rules.results.evaluation.points import compared_points, registered_points
from rules.results.run_record import RunRecord

CheckRun = Callable[[RunRecord], CheckResult]


class CheckNotMade(Exception):
    """The code of a check raised an exception, so it is not known whether the run meets the deliverable."""


def check_runs(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord], check: CheckRun
) -> CheckedDeliverable:
    """Check each run of the experiment, or of its best arm, separately.

    Args:
        runs: all runs of the experiment by id.
        check: checks one completed run. Failed runs are not checked.
    """
    checked = best_arm(experiment, runs) if spec.over == "best" else list(runs)
    return CheckedDeliverable.of_runs(spec, {run_id: _check_run(runs[run_id], spec, check) for run_id in checked})


def check_experiment(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord], evidence: RegisteredEvidence
) -> CheckedDeliverable:
    """Check a deliverable once over the runs that the registered test rests on, such as a comparison."""
    test = experiment.design.test
    points = registered_points(compared_points(experiment, runs), evidence.known)
    passes, detail, comparison = load_check(spec)(test.to_json() if test else None, points, alpha=evidence.alpha)
    has_runs = any(run.is_completed for run in runs.values())
    status: DeliverableStatus = "delivered" if passes else "invalid" if has_runs else "not_checked"
    return CheckedDeliverable.of_experiment(spec, status, detail, comparison)


def check_report(lab: Lab, spec: Deliverable, experiment: str) -> CheckedDeliverable:
    """Check a report of the experiment. Paths are relative to the folder of the experiment."""
    folder = lab.experiment(experiment)
    result = load_check(spec)(FinishedRun("", folder, {}, {}), spec)
    status: DeliverableStatus = "invalid" if (folder / spec.path).exists() else "missing"
    return CheckedDeliverable.of_experiment(spec, "delivered" if result.passed else status, result.detail)


def run_check(lab: Lab, spec: Deliverable, tracking: str = "disabled", tracker: str = "wandb") -> CheckRun:
    """Return the check of the deliverable for one run. Slow imports, such as torch, happen with the first run.

    The mode and the tracker are those that the experiment asks for. Another experiment may have the run tracked more.
    """

    def check(run: RunRecord) -> CheckResult:
        job = read_run_job(lab.run_job(run.run_id))
        try:
            config = with_tracking_mode(job.config, tracking, tracker)
            result = load_check(spec)(FinishedRun(run.run_id, run.folder, config, job.data), spec)
        except Exception as error:  # checks of labs can raise any exception
            raise _not_made(spec, error) from None
        assert isinstance(result, CheckResult), f"the check of {spec.type} must return a CheckResult, not {result!r}"
        return result

    return check


def _not_made(spec: Deliverable, error: Exception) -> Exception:
    """Return the error to raise: `CheckNotMade`, or the error itself if the machine failed, so that a build retries.

    A file that the check does not find is no failure of the machine.
    """
    from lightning_modules.failures.classify import failure_kind  # slow import, needed only after an error
    from lightning_modules.failures.kinds import is_transient

    reason = " ".join(str(error).split()) or "no reason given"
    not_made = CheckNotMade(f"the check of {spec.type} failed: {type(error).__name__}: {reason}")
    is_machine_failure = not isinstance(error, FileNotFoundError) and is_transient(failure_kind(error))
    return error if is_machine_failure else not_made


def load_check(spec: Deliverable) -> Callable[..., Any]:
    """Return the check function of the deliverable. Its type may name it as `module:attr`."""
    check = deliverable_type(spec.type).checks[spec.validation]
    return resolve_name(check) if isinstance(check, str) else check


def _check_run(run: RunRecord, spec: Deliverable, check: CheckRun) -> RunCheck:
    if not run.is_completed:
        return RunCheck.of("not_checked", f"the run failed: {run.failure}")
    exists = (run.folder / spec.path).exists()
    try:
        result = check(run)
    except CheckNotMade as error:
        return RunCheck.of("not_checked" if exists else "missing", str(error))
    if result.passed:
        return RunCheck.of_result("delivered", result)
    if result.is_unsynced:
        return RunCheck.of_result("recorded_not_synced", result)
    status: DeliverableStatus = "invalid" if exists and not result.is_missing else "missing"
    return RunCheck.of_result(status, result)
