"""Check a `tracked_run` with the validation of the tracker that the experiment selects."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.choice import tracker_name, tracking_mode

_CHECKS = {
    "wandb": "lightning_modules.checks.wandb_run:check",
    "tensorboard": "lightning_modules.checks.tensorboard_log:check",
}


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Compare the log of the run with what the training logged."""
    if tracking_mode(run.config) == "disabled":
        detail = "tracking is disabled, so there is no log (set tracking to offline or tensorboard)"
        return CheckResult(False, detail, is_missing=True)
    tracker = tracker_name(run.config)
    metrics = list(getattr(spec, "required_metrics", None) or ())
    mode: Any = "offline" if tracking_mode(run.config) == "offline" else None
    own_spec = WandbRun(type="wandb_run", required_metrics=metrics, mode=mode) if tracker == "wandb" else spec
    result: CheckResult = resolve_name(_CHECKS[tracker])(run, own_spec)
    return result
