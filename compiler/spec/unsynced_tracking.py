"""Warn of a `wandb_run` that its tracking cannot meet: it asks for a run on the server, and tracking is offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.choice import tracking_mode

_HINT = "run `proband sync` after the build, or write mode: offline if a complete log on this machine is enough"


def unsynced_tracking_problems(deliverables: Sequence[Deliverable], config: Mapping[str, Any]) -> Iterator[Problem]:
    if tracking_mode(config) != "offline":
        return
    for index, item in enumerate(deliverables):
        if isinstance(item, WandbRun) and item.validation == "synced_and_downloadable" and item.mode != "offline":
            problem = "asks for runs on the server, and tracking is offline"
            yield Problem(("experiment", "deliverables", index, "validation"), problem, _HINT)
