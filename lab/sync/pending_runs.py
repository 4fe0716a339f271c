"""Decide which finished runs have a log that is to be uploaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.plan.planned_run import RunJob, read_run_job
from compiler.runs.tracking import with_tracking_mode
from compiler.tracking.choice import MODES, tracker_name, tracking_mode
from compiler.tracking.record import DamagedTrackingRecord, read_problem, read_tracking
from compiler.tracking.upload import uploaded_address
from rules.results.checked_deliverable import RunCheck, read_checked_deliverable
from rules.results.run_record import read_run

WANDB_RUN = "wandb_run"


@dataclass(frozen=True)
class PendingRun:
    """A completed run to upload. `is_complete` is false if its log lacks rows or artifacts, and is written again."""

    job: RunJob
    is_complete: bool


def pending_runs(lab: Lab, plan: Plan, experiments: list[str]) -> Iterator[PendingRun]:
    """Yield the completed runs of the experiments that are tracked with W&B and are not validated on the server."""
    names: dict[str, list[str]] = {}
    for name in experiments:
        if plan.experiments[name].tracking != "disabled" and plan.experiments[name].tracker == "wandb":
            for run_id in plan.experiments[name].runs:
                names.setdefault(run_id, []).append(name)
    for run_id, users in names.items():
        if not read_run(lab, run_id).is_completed:
            continue
        job = read_run_job(lab.run_job(run_id))
        mode = max((plan.experiments[name].tracking for name in users), key=MODES.index)
        job = replace(job, config=with_tracking_mode(job.config, mode))
        verdicts = [verdict for name in users for verdict in run_verdicts(lab, plan.experiments[name], run_id)]
        if tracker_name(job.config) == "wandb" and _is_pending(lab, run_id, verdicts):
            yield PendingRun(job, _log_is_complete(lab, run_id))


def wandb_deliverables(experiment: PlannedExperiment) -> list[str]:
    """Return the names of the deliverables of an experiment that are checked on tracked runs."""
    return [name for name, item in experiment.deliverables.items() if item.spec["type"] == WANDB_RUN]


def run_verdicts(lab: Lab, experiment: PlannedExperiment, run_id: str) -> Iterator[RunCheck]:
    """Yield the recorded checks of a run by the deliverables of an experiment that are checked on tracked runs."""
    for name in wandb_deliverables(experiment):
        try:
            checks: Mapping[str, RunCheck] = read_checked_deliverable(lab.deliverable(experiment.id, name)).runs
        except (FileNotFoundError, ValueError):
            continue
        if run_id in checks:
            yield checks[run_id]


def _is_pending(lab: Lab, run_id: str, verdicts: list[RunCheck]) -> bool:
    """Return whether a run is not on the server as it was logged, as far as the files of this lab show."""
    if any(not verdict.validated for verdict in verdicts):
        return True
    folder = lab.run(run_id)
    try:
        if uploaded_address(folder, run_id) is not None:
            return False
        record = read_tracking(folder)
        return record is None or record.mode != "online" or read_problem(folder) is not None
    except DamagedTrackingRecord:
        return True


def _log_is_complete(lab: Lab, run_id: str) -> bool:
    """Return whether the log of a run can be uploaded as it is.

    The log of an online training names its files by the paths that they had during the training.
    """
    folder = lab.run(run_id)
    try:
        record, problem = read_tracking(folder), read_problem(folder)
    except DamagedTrackingRecord:
        return False
    is_whole = record is not None and tracking_mode({"tracking": {"mode": record.mode}}) == "offline"
    return is_whole and (problem is None or problem.log_complete)
