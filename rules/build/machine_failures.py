"""Reset runs that failed because of the machine, so that the next build trains them again."""

from __future__ import annotations

from collections.abc import Collection

from compiler.base.json_files import read_json
from compiler.base.paths import Lab


def reset_machine_failures(lab: Lab, runs: Collection[str] | None = None) -> None:
    """Move the failed statuses of marked runs aside, because a failure of the machine is not a result of the run.

    If a build was killed before this step, its marks still exist. The run may have completed since then, so its status
    is read again.

    Args:
        runs: the runs of this build, which no other build trains; None for all marked runs, if no other build is
            running.
    """
    marks = lab.machine_failure_mark("").parent
    for mark in marks.iterdir() if marks.is_dir() else ():
        run = mark.stem
        if runs is not None and run not in runs:
            continue
        if lab.status(run).is_file() and read_json(lab.status(run))["status"] == "failed":
            lab.status_copy(run).unlink(missing_ok=True)
            lab.status(run).replace(lab.machine_failure(run))
        mark.unlink()
