"""`wandb_run`: the tracked run ended well and holds the promised metrics, read back from where tracking put them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.deliverables.evidence import Evidence, Finding
from lightning_modules.checks.recorded import altered_file
from lightning_modules.recording.wandb_log import CorruptRunLog, RunLog, read_run_log

_DEFAULT_METRICS = ("train_loss", "eval_loss")


@dataclass(frozen=True)
class RemoteRun:
    """A run as the server tells it: its state, and how many rows came for each metric (W&B sends at most 500)."""

    state: str
    rows: dict[str, int]


class NoRemoteRun(Exception):
    """The server has no such run."""


Fetch = Callable[[str, Sequence[str]], RemoteRun]


def fetched_run(path: str, metrics: Sequence[str]) -> RemoteRun:
    """Downloads a run's history through W&B's public API. `path` is `entity/project/run` or `project/run`.

    Raises:
        NoRemoteRun: there is none.
        Exception: the server cannot be reached; the job may be tried again.
    """
    import wandb

    try:
        run = wandb.Api().run(path)
    except wandb.errors.CommError as error:
        if isinstance(error.exc, ValueError):  # the server answered, and knows no such run
            raise NoRemoteRun(f"{path}: {error}") from error
        raise
    return RemoteRun(run.state, {name: len(run.history(keys=[name], pandas=False)) for name in metrics})


def check(evidence: Evidence, spec: Any, fetch: Fetch = fetched_run) -> Finding:
    """Offline, the run's own log is read back and verified; online, the history is downloaded from the server."""
    tracking = evidence.config.get("tracking") or {}
    metrics = tuple(getattr(spec, "required_metrics", None) or _DEFAULT_METRICS)
    match tracking.get("mode", "none"):
        case "offline":
            return _local_finding(evidence, getattr(spec, "path", None) or "output/wandb", metrics)
        case "online":
            return _remote_finding(evidence.run_id, tracking, metrics, fetch)
        case mode:
            return Finding(False, f"tracking is {mode}: no W&B run was promised; set tracking to wandb_offline")


def _local_finding(evidence: Evidence, path: str, metrics: Sequence[str]) -> Finding:
    if altered := altered_file(evidence.folder, path):
        return Finding(False, f"{altered} is not the file that the training wrote")
    files = sorted((evidence.folder / path).rglob("run-*.wandb"))
    if len(files) != 1:
        return Finding(False, f"{path} holds {len(files)} logs of W&B, not one")
    try:
        log = read_run_log(files[0])
    except (CorruptRunLog, OSError) as error:
        return Finding(False, f"the log of W&B cannot be read: {error}")
    if problem := _problem(evidence.run_id, log, metrics):
        return Finding(False, problem)
    return Finding(True, f"read back from the local log, not uploaded: finished, {_counted(log.history, metrics)}")


def _problem(run_id: str, log: RunLog, metrics: Sequence[str]) -> str | None:
    if log.run_id != run_id:
        return f"the log is of run {log.run_id}"
    if not log.finished:
        return "the tracked run was not finished"
    if log.exit_code != 0:
        return f"the tracked run ended with exit code {log.exit_code}"
    return _missing(log.history, metrics)


def _remote_finding(run_id: str, tracking: Mapping[str, Any], metrics: Sequence[str], fetch: Fetch) -> Finding:
    path = "/".join(filter(None, (tracking.get("entity"), tracking["project"], run_id)))
    try:
        run = fetch(path, metrics)
    except NoRemoteRun as error:
        return Finding(False, str(error))
    if run.state != "finished":
        return Finding(False, f"{path} is {run.state} on the server")
    if problem := _missing(run.rows, metrics):
        return Finding(False, f"{path}: {problem}")
    return Finding(True, f"{path} downloaded from the server: finished, {_counted(run.rows, metrics)}")


def _missing(rows: Mapping[str, int], metrics: Sequence[str]) -> str | None:
    missing = [name for name in metrics if not _count(rows, name)]
    return f"the history has no {', '.join(missing)}" if missing else None


def _counted(rows: Mapping[str, int], metrics: Sequence[str]) -> str:
    return ", ".join(f"{name} in {_count(rows, name)} rows" for name in metrics)


def _count(rows: Mapping[str, int], name: str) -> int:
    """Lightning calls a metric that is logged per step and per epoch `x_step`."""
    return rows.get(name, 0) or rows.get(f"{name}_step", 0)
