from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs, built_labs_of_session


@pytest.fixture
def lab(tmp_path: Path) -> RealLab:
    """An empty lab."""
    return RealLab(tmp_path)


@pytest.fixture(scope="session")
def built_labs(tmp_path_factory: pytest.TempPathFactory) -> BuiltLabs:
    return built_labs_of_session(tmp_path_factory)


@pytest.fixture
def copy_of(built_labs: BuiltLabs, tmp_path: Path) -> Callable[[Callable[[RealLab], None]], RealLab]:
    """Copy the lab that a function builds: `lab = copy_of(build_rates)`."""
    return lambda build: built_labs.copy(build, tmp_path)
