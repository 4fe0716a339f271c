"""Fixtures that any test may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from compiler.base.paths import Lab
from tests.end_to_end.support.wandb_server import session_wandb_server as session_wandb_server
from tests.end_to_end.support.wandb_server import wandb_server as wandb_server
from tests.labs import write_lab

# Hypothesis generates the same examples every time, so that no test fails by chance.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak", action="store_true", help="run randomised tests with more repetitions, as before a release"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests marked `soak(only=True)`, which repeat another test with more examples, without --soak."""
    if config.getoption("--soak"):
        return
    soak_only = [item for item in items if (mark := item.get_closest_marker("soak")) and mark.kwargs.get("only")]
    config.hook.pytest_deselected(items=soak_only)
    items[:] = [item for item in items if item not in soak_only]


@pytest.fixture
def repetitions(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """Return how often a randomised test repeats: `repetitions(few, many)` is `many` with --soak."""
    return lambda few, many: many if pytestconfig.getoption("--soak") else few


@pytest.fixture
def lab(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Lab]:
    """Return a function that writes files into the lab of the test: `lab({"lr": "…", "conf/model/x.yaml": "…"})`."""
    return lambda files: write_lab(tmp_path, files)
