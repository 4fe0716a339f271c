"""The compiler warns of deliverables that ask for a tracker, or for an upload, that the runs do not have."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.deliverables.config import TYPE as CONFIG
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.wandb_run import TrackedRunLog, WandbRun
from compiler.spec.unsynced_tracking import unsynced_tracking_problems

NO_TRACKER, NO_WANDB, NO_UPLOAD = "tracking is disabled", "the runs are tracked with tensorboard", "tracking is offline"
DISABLED, NONE, OFFLINE, ONLINE = ({"mode": mode} for mode in ("disabled", "none", "offline", "online"))
TENSORBOARD = {"tracker": "tensorboard", "mode": "offline"}
WANDB, LOCAL = WandbRun(type="wandb_run"), WandbRun(type="wandb_run", mode="offline")
EXISTS, TRACKED = WandbRun(type="wandb_run", validation="exists"), TrackedRunLog(type="tracked_run")

# Deliverable, tracking -> the field that is warned of and a part of the warning.
CASES: dict[str, tuple[Deliverable, dict[str, Any], tuple[str, str] | None]] = {
    "server, offline": (WANDB, OFFLINE, ("validation", NO_UPLOAD)),
    "explicitly online, offline": (WandbRun(type="wandb_run", mode="online"), OFFLINE, ("validation", NO_UPLOAD)),
    "local log is enough": (LOCAL, OFFLINE, None),
    "only existence": (EXISTS, OFFLINE, None),
    "server, online": (WANDB, ONLINE, None),
    "server, disabled": (WANDB, DISABLED, ("type", NO_TRACKER)),
    "server, old name of disabled": (WANDB, NONE, ("type", NO_TRACKER)),
    "local log, disabled": (LOCAL, DISABLED, ("type", NO_TRACKER)),
    "only existence, disabled": (EXISTS, DISABLED, ("type", NO_TRACKER)),
    "server, tensorboard": (WANDB, TENSORBOARD, ("type", NO_WANDB)),
    "local log, tensorboard": (LOCAL, TENSORBOARD, ("type", NO_WANDB)),
    "tracked_run, disabled": (TRACKED, DISABLED, ("type", NO_TRACKER)),
    "tracked_run, offline": (TRACKED, OFFLINE, None),
    "tracked_run, tensorboard": (TRACKED, TENSORBOARD, None),
    "other deliverable, disabled": (CONFIG.schema(type="config", path="config.json"), DISABLED, None),
}


@pytest.mark.parametrize(("deliverable", "tracking", "warning"), CASES.values(), ids=CASES)
def test_warning(deliverable: Deliverable, tracking: dict[str, Any], warning: tuple[str, str] | None) -> None:
    problems = list(unsynced_tracking_problems([deliverable], {"tracking": tracking}))
    if warning is None:
        assert problems == []
    else:
        field, text = warning
        (problem,) = problems
        assert problem.path == ("experiment", "deliverables", 0, field)
        assert text in problem.problem
