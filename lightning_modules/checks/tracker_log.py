"""Check a `tracked_run` with the validation of the tracker that the experiment selects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.choice import tracker_name, tracking_mode
from compiler.tracking.record import DamagedTrackingRecord, read_problem

_CHECKS = {
    "wandb": "lightning_modules.checks.wandb_run:check",
    "tensorboard": "lightning_modules.checks.tensorboard_log:check",
    "trackio": "lightning_modules.checks.trackio_database:check",
}


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Compare the log of the run with what the training logged."""
    if tracking_mode(run.config) == "disabled":
        detail = "tracking is disabled, so there is no log (set tracking to offline, tensorboard or trackio)"
        return CheckResult(False, detail, is_missing=True)
    tracker = tracker_name(run.config)
    metrics = list(getattr(spec, "required_metrics", None) or ())
    mode: Any = "offline" if tracking_mode(run.config) == "offline" else None
    own_spec = WandbRun(type="wandb_run", required_metrics=metrics, mode=mode) if tracker == "wandb" else spec
    result: CheckResult = resolve_name(_CHECKS[tracker])(run, own_spec)
    reason = _reason(run.folder, tracker) if result.is_missing and tracker != "wandb" else None
    return replace(result, detail=f"{result.detail} ({reason})") if reason else result


def _reason(folder: Path, tracker: str) -> str | None:
    """Return why the tracker has no log, None if it is not known."""
    try:
        problem = read_problem(folder)
    except DamagedTrackingRecord as error:
        return str(error)
    return problem.reason if problem and problem.tracker == tracker else None
