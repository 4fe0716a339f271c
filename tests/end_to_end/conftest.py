"""Fixtures for the end-to-end tests: a shared job server, empty labs, and copies of built labs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs, built_labs_of_session, running_job_server


@pytest.fixture(scope="session")
def job_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a job server that the builds of this worker share."""
    with running_job_server(tmp_path_factory.mktemp("job_server") / "server.log") as address:
        yield address


@pytest.fixture
def lab(tmp_path: Path, job_server: str) -> RealLab:
    """An empty lab."""
    return RealLab(tmp_path, job_server)


@pytest.fixture
def separate_lab(tmp_path: Path) -> RealLab:
    """An empty lab whose builds start their own job servers."""
    return RealLab(tmp_path)


@pytest.fixture(scope="session")
def built_labs(tmp_path_factory: pytest.TempPathFactory, job_server: str) -> BuiltLabs:
    return built_labs_of_session(tmp_path_factory, job_server)


@pytest.fixture
def copy_of(built_labs: BuiltLabs, tmp_path: Path) -> Callable[[Callable[[RealLab], None]], RealLab]:
    """Return a function that copies the lab that another function builds: `lab = copy_of(build_rates)`."""
    return lambda build: built_labs.copy(build, tmp_path)
