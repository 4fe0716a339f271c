"""Check a `wandb_run`: the tracked run finished with exit code 0 and contains the required metrics."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun, TrackedRun
from compiler.tracking.choice import tracking_mode
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.tracking.wandb_log import CorruptRunLog, RunLog, find_logs, read_run_log

_HISTORY = "output/history.csv"
_MAX_DEFAULT_METRICS = 20  # each is a request to the server


@dataclass(frozen=True)
class RemoteRun:
    """A run on the W&B server. `rows` is the number of rows received for each metric (W&B sends at most 500)."""

    state: str
    rows: dict[str, int]
    entity: str | None = None
    url: str | None = None


class NoRemoteRun(Exception):
    """The server has no such run."""


Fetch = Callable[[str, Sequence[str]], RemoteRun]  # takes the path of a run and names of metrics


def fetch_run(path: str, metrics: Sequence[str]) -> RemoteRun:
    """Download the history of a run through W&B's public API. `path` is `entity/project/run` or `project/run`.

    Raises:
        NoRemoteRun: The server has no such run.
        Exception: The server cannot be reached. Another attempt may succeed.
    """
    import wandb

    try:
        run = wandb.Api().run(path)
    except wandb.errors.CommError as error:
        if isinstance(error.exc, ValueError):  # the server answered that it has no such run
            raise NoRemoteRun(f"{path}: {error}") from error
        raise
    rows = {name: len(run.history(keys=[name], pandas=False)) for name in metrics}
    return RemoteRun(run.state, rows, run.entity, run.url)


def check(run: FinishedRun, spec: Any, fetch: Fetch = fetch_run) -> CheckResult:
    """Read and verify the log of an offline run. Download the history of an online run from the server."""
    tracking = run.config.get("tracking") or {}
    metrics = tuple(getattr(spec, "required_metrics", None) or _recorded_metrics(run))
    match tracking_mode(run.config):
        case "offline":
            project = getattr(spec, "project", None)
            local = _check_local_log(run, getattr(spec, "path", None) or "output/wandb", metrics, project)
            return local if getattr(spec, "mode", None) == "offline" else _unsynced(local)
        case "online":
            return _check_remote_run(run.run_id, tracking, metrics, fetch)
        case mode:
            detail = f"tracking is {mode}, so there is no W&B run (set tracking to offline)"
            return CheckResult(False, detail, is_missing=True)


def _unsynced(local: CheckResult) -> CheckResult:
    """Return that a log which passes its check was not uploaded. A log that does not pass stays invalid."""
    if not local.passed:
        return local
    remedy = "upload it: proband sync; or write mode: offline in the deliverable if the log is enough"
    return replace(local, passed=False, is_unsynced=True, detail=f"{local.detail} ({remedy})")


def _recorded_metrics(run: FinishedRun) -> list[str]:
    """Return the metrics in the history of the run, which the tracked run must have, too."""
    try:
        with (run.folder / _HISTORY).open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file), [])
    except OSError:
        return []
    return [name for name in columns if name not in ("epoch", "step")][:_MAX_DEFAULT_METRICS]


def _check_local_log(run: FinishedRun, path: str, metrics: Sequence[str], project: str | None) -> CheckResult:
    if altered := altered_file(run.folder, path):
        return CheckResult(False, f"{altered} is missing or was changed after the training")
    files = find_logs(run.folder, path)
    if len(files) != 1:
        return CheckResult(False, f"{path} contains {len(files)} W&B logs, expected 1", is_missing=not files)
    try:
        log = read_run_log(files[0])
    except (CorruptRunLog, OSError) as error:
        return CheckResult(False, f"the W&B log cannot be read: {error}")
    tracked = TrackedRun(log.project, log.run_id)
    if problem := _log_problem(run.run_id, log, metrics) or _project_problem(log.project, project):
        return CheckResult(False, problem, tracked=tracked)
    detail = f"read from the local log, not uploaded: finished{_row_counts(log.history, metrics)}"
    return CheckResult(True, detail, tracked=tracked)


def _project_problem(project: str, required: str | None) -> str | None:
    """Return that a run is in another project than the deliverable asks for. Another experiment may share the run."""
    if required in (None, project):
        return None
    return f"the run is in the project '{project}', not '{required}' (it was trained for another spec; delete it)"


def _log_problem(run_id: str, log: RunLog, metrics: Sequence[str]) -> str | None:
    if log.run_id != run_id:
        return f"the log belongs to run {log.run_id}"
    if not log.finished:
        return "the tracked run did not finish"
    if log.exit_code != 0:
        return f"the tracked run ended with exit code {log.exit_code}"
    return _missing_metrics(log.history, metrics)


def _check_remote_run(run_id: str, tracking: Mapping[str, Any], metrics: Sequence[str], fetch: Fetch) -> CheckResult:
    entity, project = tracking.get("entity"), tracking["project"]
    path = "/".join(filter(None, (entity, project, run_id)))
    try:
        run = fetch(path, metrics)
    except NoRemoteRun as error:
        return CheckResult(False, str(error), is_missing=True)
    tracked = TrackedRun(project, run_id, run.entity or entity, run.url)
    if run.state != "finished":
        return CheckResult(False, f"{path} is {run.state} on the server", tracked=tracked)
    if problem := _missing_metrics(run.rows, metrics):
        return CheckResult(False, f"{path}: {problem}", tracked=tracked)
    detail = f"{path} downloaded from the server: finished{_row_counts(run.rows, metrics)}"
    return CheckResult(True, detail, tracked=tracked)


def _missing_metrics(rows: Mapping[str, int], metrics: Sequence[str]) -> str | None:
    missing = [name for name in metrics if not _row_count(rows, name)]
    return f"the history lacks {', '.join(missing)}" if missing else None


def _row_counts(rows: Mapping[str, int], metrics: Sequence[str]) -> str:
    return "".join(f", {name} in {_row_count(rows, name)} rows" for name in metrics)


def _row_count(rows: Mapping[str, int], name: str) -> int:
    """Return the number of rows. Lightning renames a metric that is logged per step and per epoch to `x_step`."""
    return rows.get(name, 0) or rows.get(f"{name}_step", 0)
