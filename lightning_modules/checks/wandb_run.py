"""Check a `wandb_run`: the run can be downloaded from its server, and is what the training logged.

A log that is complete on this machine, and not on the server, is `recorded_not_synced`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun, TrackedRun
from compiler.tracking.choice import tracker_name, tracking_mode
from compiler.tracking.record import DamagedTrackingRecord, read_problem
from compiler.tracking.upload import uploaded_address
from lightning_modules.checks.tracked_run.differences import row_counts
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun, UnreadableRun, expected_run
from lightning_modules.checks.tracked_run.local_log import check_local_log
from lightning_modules.checks.tracked_run.remote_run import remote_problems
from lightning_modules.checks.tracked_run.server import NoRemoteRun, Server, ServerFailed
from lightning_modules.checks.tracked_run.wandb_server import WandbServer

_REMEDY = "upload it: proband sync; or write mode: offline in the deliverable if the log is enough"
Clock = Callable[[], datetime]


def check(
    run: FinishedRun, spec: Any, server: Server | None = None, clock: Clock = lambda: datetime.now(UTC)
) -> CheckResult:
    """Compare what the server has with what the training logged; without a server, what the local log has."""
    mode = tracking_mode(run.config)
    if mode == "disabled":
        return CheckResult(
            False, "tracking is disabled, so there is no W&B run (set tracking to offline)", is_missing=True
        )
    if (tracker := tracker_name(run.config)) != "wandb":
        detail = f"the runs are tracked with {tracker}, so there is no W&B run (use the deliverable tracked_run)"
        return CheckResult(False, detail, is_missing=True)
    try:
        expected, problem = expected_run(run), read_problem(run.folder)
        address = uploaded_address(run.folder, run.run_id)
    except (UnreadableRun, DamagedTrackingRecord) as error:
        return CheckResult(False, str(error))
    if getattr(spec, "mode", None) == "offline":
        return _local(run, spec, expected)
    if address is None and (mode == "offline" or problem is not None):
        reason = f"{problem.reason}; {_REMEDY}" if problem else _REMEDY
        return _unsynced(_local(run, spec, expected), reason)
    tracking = run.config["tracking"]
    address = address or {"project": tracking["project"], "entity": tracking.get("entity")}
    tracked = TrackedRun(
        str(address["project"]), run.run_id, address.get("entity"), checked_at=clock().isoformat(timespec="seconds")
    )
    return _remote(run, spec, expected, tracked, server or _server())


def _remote(run: FinishedRun, spec: Any, expected: ExpectedRun, tracked: TrackedRun, server: Server) -> CheckResult:
    path = "/".join(filter(None, (tracked.entity, tracked.project, run.run_id)))
    try:
        remote = server.fetch(path)
        tracked = replace(tracked, entity=remote.entity or tracked.entity, url=remote.url)
        metrics = _metrics(spec, expected)
        problems = list(remote_problems(run, expected, remote, path, metrics, server))
    except NoRemoteRun as error:
        return CheckResult(False, f"{error} (upload it: proband sync)", is_missing=True, tracked=tracked)
    except ServerFailed as error:
        reason = f"the server could not be asked: {error} (the next build asks again)"
        unsynced = _unsynced(_local(run, spec, expected), reason)
        return replace(unsynced, tracked=replace(tracked, has_no_answer=True))
    if problems:
        return CheckResult(False, f"{path}: {'; '.join(problems)}", tracked=tracked)
    artifacts = ", ".join(artifact.name for artifact in expected.artifacts) or "no artifacts"
    detail = f"{path} downloaded from the server: finished{row_counts(remote.values, metrics)}"
    return CheckResult(True, f"{detail}, {artifacts}", tracked=tracked)


def _local(run: FinishedRun, spec: Any, expected: ExpectedRun) -> CheckResult:
    path, project = getattr(spec, "path", None) or "output/wandb", getattr(spec, "project", None)
    return check_local_log(run, expected, path, _metrics(spec, expected), project)


def _unsynced(local: CheckResult, reason: str) -> CheckResult:
    """Return that a log which passes its check is not on the server. A log that does not pass stays invalid."""
    return replace(local, passed=False, is_unsynced=local.passed, detail=f"{local.detail} ({reason})")


def _metrics(spec: Any, expected: ExpectedRun) -> tuple[str, ...]:
    """Return the required metrics of the deliverable, by default all that the training logged."""
    return tuple(getattr(spec, "required_metrics", None) or sorted(expected.values))


@cache
def _server() -> Server:
    """Return the server for all runs that this process checks. It connects once."""
    return WandbServer()
