"""Choose the tracking of a run. Experiments that share a run can ask for different amounts of tracking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.runs.toolchain import Run
from compiler.tracking.choice import MODES, tracker_name, tracking_mode


def with_most_tracking(run: Run, other: Run) -> Run:
    """Return a run with the tracking of an equal one, if that asks for more."""
    if _amount(other) <= _amount(run):
        return run
    return replace(run, config={**run.config, "tracking": other.config["tracking"]})


def with_project(run: Run, project: str) -> Run:
    """Return a run that is tracked in a project, if it is tracked. The run id does not depend on it."""
    if tracking_mode(run.config) == "disabled":
        return run
    return replace(run, config={**run.config, "tracking": {**run.config["tracking"], "project": project}})


def with_tracking_mode(config: Mapping[str, Any], mode: str, tracker: str = "wandb") -> dict[str, Any]:
    """Return a config with the mode and the tracker that one of the experiments asks for that share the run."""
    other = {"tracker": tracker} if tracker != tracker_name(config) else {}
    return {**config, "tracking": {**(config.get("tracking") or {}), **other, "mode": mode}}


def _amount(run: Run) -> int:
    mode = tracking_mode(run.config)
    return MODES.index(mode) if mode in MODES else 0
