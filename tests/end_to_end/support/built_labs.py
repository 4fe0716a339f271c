"""Build labs once in a test session. Each test works on a copy, so that tests run alone and in any order."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from rules.jobserver.client import ADDRESS
from rules.jobserver.start import JobServer
from tests.end_to_end.support.build import RealLab


@dataclass(frozen=True)
class BuiltLabs:
    """The labs that this session has built.

    All pytest-xdist workers of the session share `folder`. `server` is the address of the job server of this worker.
    """

    folder: Path
    server: str

    def original(self, build: Callable[[RealLab], None]) -> RealLab:
        """Return the lab that `build` makes. Tests may read it and must not change it.

        The first caller builds it. If the build fails, later callers fail at once with the same message.
        """
        root = self.folder / f"{build.__module__.rpartition('.')[2]}-{build.__name__}"
        outcome = root.with_suffix(".outcome")
        with FileLock(root.with_suffix(".lock")):
            if not outcome.exists():
                outcome.write_text(self._build(build, root), encoding="utf-8")
        problem = outcome.read_text(encoding="utf-8")
        assert not problem, f"{build.__name__} could not build its lab: {problem}"
        return RealLab(root, self.server)

    def copy(self, build: Callable[[RealLab], None], folder: Path) -> RealLab:
        """Return a copy of the lab that `build` makes, with the times of its files, which Snakemake compares."""
        shutil.copytree(self.original(build).root, folder / "lab", symlinks=True)
        return RealLab(folder / "lab", self.server)

    def _build(self, build: Callable[[RealLab], None], root: Path) -> str:
        """Build the lab. Return an empty text, or why the build failed."""
        root.mkdir()
        try:
            build(RealLab(root, self.server))
        except AssertionError as error:
            return str(error) or "an assertion failed"
        return ""


def built_labs_of_session(factory: pytest.TempPathFactory, server: str) -> BuiltLabs:
    """Return the built labs in the temporary folder of the session, which contains those of the xdist workers."""
    base = factory.getbasetemp()
    session = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = session / "built_labs"
    folder.mkdir(exist_ok=True)
    return BuiltLabs(folder, server)


@contextmanager
def running_job_server(log: Path) -> Iterator[str]:
    """Start a job server that many builds use, as a build inside another build does. Yield its address.

    Sharing saves time, because a job server imports torch at its start, which takes most of the time of a short build.
    """
    server = JobServer(log, has_documents=True)
    try:
        yield os.environ.pop(ADDRESS)  # so that only labs with this address use the server
    finally:
        server.stop()
