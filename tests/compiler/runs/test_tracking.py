"""A shared run is tracked as much as the experiment that asks for most; each experiment is checked by what it asks."""

from __future__ import annotations

import pytest

from compiler.runs.toolchain import Run
from compiler.runs.tracking import with_most_tracking, with_project, with_tracking_mode
from compiler.tracking.choice import tracking_mode

MODES = ("disabled", "offline", "online")


def run(mode: str | None, cpus: int = 1) -> Run:
    tracking = None if mode is None else {"mode": mode, "project": f"of {mode}"}
    return Run("0123456789ab", {"seed": 0, "tracking": tracking, "resources": {"cpus": cpus}}, {}, "c0de")


@pytest.mark.parametrize("second", MODES)
@pytest.mark.parametrize("first", MODES)
def test_more_tracking_wins_and_everything_else_is_of_the_first(first: str, second: str) -> None:
    shared = with_most_tracking(run(first, cpus=1), run(second, cpus=2))
    most = max(first, second, key=MODES.index)
    assert shared.config["tracking"] == {"mode": most, "project": f"of {most}"}
    assert shared.config["resources"] == {"cpus": 1}


def test_config_without_tracking_is_disabled() -> None:
    assert tracking_mode({}) == tracking_mode(run(None).config) == "disabled"
    assert with_most_tracking(run(None), run("offline")).config["tracking"]["mode"] == "offline"


def test_config_with_another_mode_keeps_the_project() -> None:
    config = run("online").config
    assert with_tracking_mode(config, "offline")["tracking"] == {"mode": "offline", "project": "of online"}
    assert tracking_mode(config) == "online", "the config itself is unchanged"


def test_project_of_a_tracked_run_is_set_and_the_run_stays_the_same() -> None:
    tracked = with_project(run("offline"), "research")
    assert tracked.config["tracking"] == {"mode": "offline", "project": "research"}
    assert tracked.id == run("offline").id
    assert with_project(run("disabled"), "research") == run("disabled"), "a run that is not tracked has no project"
