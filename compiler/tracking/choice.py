"""Read which tracker a config selects, and in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.base.identity import training_config

TRACKERS = ("wandb", "tensorboard", "trackio")
MODES = ("disabled", "offline", "online")  # from the least tracking to the most
OLD_MODES = {"none": "disabled"}
_NOT_LOGGED = {"tracking", "resources", "experiment", "agents"}  # groups that cannot change a training


def tracking_mode(config: Mapping[str, Any]) -> str:
    """Return the mode of a config: disabled, offline or online. `none` is an old name of disabled."""
    mode = str((config.get("tracking") or {}).get("mode", "disabled"))
    return OLD_MODES.get(mode, mode)


def tracker_name(config: Mapping[str, Any]) -> str:
    """Return the tracker of a config. Configs that were written before there was a choice have no such key."""
    return str((config.get("tracking") or {}).get("tracker", "wandb"))


def logged_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a config that a tracker gets: what the training reads and can change it."""
    read = training_config(config)
    return {group: value for group, value in read.items() if group not in _NOT_LOGGED}
