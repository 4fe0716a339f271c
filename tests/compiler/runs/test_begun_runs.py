"""A run of which any file exists in the run store is listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.runs.begun_runs import begun_runs

RUN = "0123456789ab"
PATHS: dict[str, Callable[[Lab], Path]] = {
    "status": lambda lab: lab.status(RUN),
    "copy of the status": lambda lab: lab.status_copy(RUN),
    "failure of the machine": lambda lab: lab.machine_failure(RUN),
    "partial run": lambda lab: lab.partial_run(RUN) / "status.json",
    "progress": lambda lab: lab.progress(RUN),
    "checkpoint": lambda lab: lab.checkpoint(RUN) / "last.ckpt",
    "deleted run": lambda lab: lab.deleted_run(RUN),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_run_with_a_file_is_listed(path: Callable[[Lab], Path], tmp_path: Path) -> None:
    file = path(Lab(tmp_path))
    file.parent.mkdir(parents=True)
    file.touch()
    assert RUN in begun_runs(Lab(tmp_path))


def test_run_store_that_is_missing_or_a_file_has_no_runs(tmp_path: Path) -> None:
    assert begun_runs(Lab(tmp_path)) == frozenset()
    (tmp_path / "results").mkdir()
    (tmp_path / "results/runs").touch()
    assert begun_runs(Lab(tmp_path)) == frozenset()
