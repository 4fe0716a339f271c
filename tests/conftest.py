"""Fixtures that any test may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from compiler.base.paths import Lab
from tests.labs import write_lab

# The same examples every time: a test that fails by chance is believed by nobody.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


@pytest.fixture
def lab(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Lab]:
    """Writes files into a new lab, or more of them into the same: `lab({"lr": "…", "conf/model/x.yaml": "…"})`."""
    return lambda files: write_lab(tmp_path, files)
