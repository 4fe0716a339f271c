"""Create the tracker that a config selects."""

from __future__ import annotations

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

from compiler.tracking.choice import tracker_name
from lightning_modules.tracking.tracker import Tracker

_CLASSES = {
    "wandb": "lightning_modules.tracking.wandb_tracker:WandbTracker",
    "tensorboard": "lightning_modules.tracking.tensorboard_tracker:TensorboardTracker",
    "trackio": "lightning_modules.tracking.trackio_log.trackio_tracker:TrackioTracker",
}


def load_tracker(config: Mapping[str, Any]) -> Tracker:
    """Return the tracker of a config. Its module is imported only here, because most trackers are slow to import."""
    tracker: Tracker = resolve_name(_CLASSES[tracker_name(config)])()
    return tracker
