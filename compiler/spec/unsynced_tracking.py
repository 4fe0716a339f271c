"""Warn of deliverables that the tracking of the runs cannot meet: another tracker, no tracker, or no upload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.wandb_run import TrackedRunLog, WandbRun
from compiler.tracking.choice import tracker_name, tracking_mode

_SYNC = "run `proband sync` after the build, or write mode: offline if a complete log on this machine is enough"
_TRACK = "write override /tracking: offline in the defaults, or remove the deliverable"
_OTHER_TYPE = "use the deliverable tracked_run, or write override /tracking: offline in the defaults"


def unsynced_tracking_problems(deliverables: Sequence[Deliverable], config: Mapping[str, Any]) -> Iterator[Problem]:
    for index, item in enumerate(deliverables):
        if isinstance(item, WandbRun | TrackedRunLog) and (unmet := _unmet(item, config)):
            field, problem, hint = unmet
            yield Problem(("experiment", "deliverables", index, field), problem, hint)


def _unmet(item: WandbRun | TrackedRunLog, config: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return the field, what is wrong and the remedy for a deliverable that a build alone cannot deliver."""
    mode, tracker = tracking_mode(config), tracker_name(config)
    if mode == "disabled":
        return "type", "asks for tracked runs, and tracking is disabled, so no run can meet it", _TRACK
    if isinstance(item, TrackedRunLog):
        return None
    if tracker != "wandb":
        return "type", f"asks for W&B runs, and the runs are tracked with {tracker}, so no run can meet it", _OTHER_TYPE
    if mode == "offline" and item.validation == "synced_and_downloadable" and item.mode != "offline":
        return "validation", "asks for runs on the server, and tracking is offline", _SYNC
    return None
