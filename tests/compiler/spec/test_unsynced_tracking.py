"""The compiler warns of a `wandb_run` that asks for a run on the server while tracking is offline."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.deliverables.config import TYPE as CONFIG
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.wandb_run import WandbRun
from compiler.spec.unsynced_tracking import unsynced_tracking_problems

CASES: dict[str, tuple[Deliverable, dict[str, Any], bool]] = {
    "server, offline": (WandbRun(type="wandb_run"), {"mode": "offline"}, True),
    "explicitly online, offline": (WandbRun(type="wandb_run", mode="online"), {"mode": "offline"}, True),
    "local log is enough": (WandbRun(type="wandb_run", mode="offline"), {"mode": "offline"}, False),
    "only existence": (WandbRun(type="wandb_run", validation="exists"), {"mode": "offline"}, False),
    "server, online": (WandbRun(type="wandb_run"), {"mode": "online"}, False),
    "other deliverable": (CONFIG.schema(type="config", path="config.json"), {"mode": "offline"}, False),
}


@pytest.mark.parametrize(("deliverable", "tracking", "is_warned"), CASES.values(), ids=CASES)
def test_warning(deliverable: Deliverable, tracking: dict[str, Any], is_warned: bool) -> None:
    problems = list(unsynced_tracking_problems([deliverable], {"tracking": tracking}))
    assert [problem.path for problem in problems] == [("experiment", "deliverables", 0, "validation")] * is_warned
