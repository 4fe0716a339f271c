"""Validate the keys of the config group `tracking`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.parsing.json_values import MISSING
from compiler.tracking.choice import MODES, OLD_MODES, TRACKERS, tracker_name, tracking_mode

_KEYS = ("tracker", "mode", "project", "entity")
_LOCAL_TRACKERS = {  # their names and the commands that show their files
    "tensorboard": ("TensorBoard", "tensorboard --logdir results/runs"),
    "trackio": ("The tracker trackio", "TRACKIO_DIR=FOLDER_WITH_A_COPY trackio show"),
}


def tracking_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the unknown keys and values of `tracking`, because a mistyped mode would leave runs untracked."""
    node = config.get("tracking")
    if node in (None, MISSING):
        return
    if not isinstance(node, Mapping):
        yield Problem(
            ("tracking",), f"must be a mapping, got {node!r}", "select a file of the group: tracking: offline"
        )
        return
    for key in node:
        if key not in _KEYS:
            yield Problem(("tracking", str(key)), f"unknown key {key!r}", did_you_mean(str(key), _KEYS))
    for key, values in {"mode": MODES, "tracker": TRACKERS}.items():
        value = node.get(key, values[0])
        if value not in (MISSING, *values, *(OLD_MODES if key == "mode" else ())):
            yield Problem(("tracking", key), f"unknown {key} {value!r}", did_you_mean(str(value), values))
    for key in ("project", "entity"):
        value = node.get(key)
        if value not in (None, MISSING) and (not isinstance(value, str) or not value.strip() or "/" in value):
            yield Problem(("tracking", key), f"must be a name without a slash, got {value!r}")
    if (tracker := tracker_name(config)) in _LOCAL_TRACKERS and tracking_mode(config) == "online":
        name, command = _LOCAL_TRACKERS[tracker]
        hint = f"write mode: offline, and look at the files with: {command}"
        yield Problem(("tracking", "mode"), f"{name} writes files only and has no online mode", hint)
