"""Labs that are built once in a test session. Each test works on a copy, so that tests run alone and in any order."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from tests.end_to_end.support.build import RealLab


@dataclass(frozen=True)
class BuiltLabs:
    """`folder` is shared by all pytest-xdist workers of the session."""

    folder: Path

    def original(self, build: Callable[[RealLab], None]) -> RealLab:
        """Return the lab that `build` makes. Tests may read it and must not change it.

        The first caller builds it. If the build fails, later callers fail at once with the same message.
        """
        root = self.folder / f"{build.__module__}-{build.__name__}"
        outcome = root.with_suffix(".outcome")
        with FileLock(root.with_suffix(".lock")):
            if not outcome.exists():
                outcome.write_text(_outcome_of(build, root), encoding="utf-8")
        problem = outcome.read_text(encoding="utf-8")
        assert not problem, f"{build.__name__} could not build its lab: {problem}"
        return RealLab(root)

    def copy(self, build: Callable[[RealLab], None], folder: Path) -> RealLab:
        """Return a copy of the lab that `build` makes, with the times of its files, which Snakemake compares."""
        shutil.copytree(self.original(build).root, folder / "lab", symlinks=True)
        return RealLab(folder / "lab")


def built_labs_of_session(factory: pytest.TempPathFactory) -> BuiltLabs:
    """A worker's temporary folder is below that of the session."""
    own = factory.getbasetemp()
    session = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = session / "built_labs"
    folder.mkdir(exist_ok=True)
    return BuiltLabs(folder)


def _outcome_of(build: Callable[[RealLab], None], root: Path) -> str:
    """Build the lab. Return an empty text, or why the build failed."""
    root.mkdir()
    try:
        build(RealLab(root))
    except AssertionError as error:
        return str(error) or "an assertion failed"
    return ""
