"""Upload pending runs one after the other, and check their deliverables on the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.sync.pending_runs import PendingRun, run_verdicts, wandb_deliverables
from lightning_modules.checks.tracked_run.server_refusal import refusal_of_server
from lightning_modules.run_store.complete_tracking import record_problem, replace_log, upload_log
from lightning_modules.run_store.wandb_upload import Upload, UploadFailed, sync
from rules.build.locks.announced_lock import announced_lock
from rules.jobs.deliverable import write_run_deliverable


@dataclass(frozen=True)
class SyncedRun:
    """The upload of a run. `problem` states why it failed or was not tried, "" if it was uploaded."""

    run_id: str
    problem: str = ""
    is_tried: bool = True


@dataclass(frozen=True)
class Verdict:
    """The check of an uploaded run by an experiment, after the upload."""

    experiment: str
    run_id: str
    status: str
    validated: bool
    detail: str


@contextmanager
def exclusive_sync(lab: Lab) -> Iterator[None]:
    """Wait for another process of this lab that uploads runs, then keep others waiting inside the block."""
    with announced_lock(lab.state / "locks" / "sync.lock", "another process uploads runs of this lab"):
        yield


def upload_runs(lab: Lab, pending: Sequence[PendingRun], upload: Upload | None = None) -> Iterator[SyncedRun]:
    """Upload the runs and yield each result.

    After a failed upload, or without a server, the other runs are not tried, because each may take minutes to fail.
    The problem is recorded only in the folder of a run that was tried.
    """
    refusal = refusal_of_server() if pending and upload is None else None
    obstacle = "" if refusal is None else str(refusal)
    for run in pending:
        if obstacle:
            yield SyncedRun(run.job.run_id, obstacle, is_tried=False)
            continue
        folder = lab.run(run.job.run_id)
        try:
            if not run.is_complete:
                replace_log(folder, run.job)
            upload_log(folder, run.job, upload or sync)
        except Exception as error:  # of the tracker or its server
            problem = record_problem(folder, run.job, error)
            obstacle = problem if isinstance(error, UploadFailed) else ""
            yield SyncedRun(run.job.run_id, problem)
        else:
            yield SyncedRun(run.job.run_id)


def check_again(lab: Lab, plan: Plan, run_ids: set[str]) -> Iterator[Verdict]:
    """Check the tracked runs of all experiments that contain one of the runs, and yield the new verdicts."""
    for experiment in plan.experiments.values():
        if not run_ids.isdisjoint(experiment.runs):
            for name in wandb_deliverables(experiment):
                if lab.deliverable(experiment.id, name).is_file():
                    write_run_deliverable(lab, experiment, name)
            for run_id in experiment.runs:
                for check in run_verdicts(lab, experiment, run_id) if run_id in run_ids else ():
                    yield Verdict(experiment.id, run_id, check.status, check.validated, check.detail)
