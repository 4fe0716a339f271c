"""Compare two runs: the outputs of completed ones, or the ways in which they failed."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.runs.run_status import RunError, RunStatus
from lab.reproduction.comparison.deviation import Comparison, Deviation
from lab.reproduction.comparison.outputs import compare_outputs
from rules.verification.tolerance import Tolerance

StoredRun = tuple[Path, RunStatus]  # the folder of a run, and its status
_EXCEPTION = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)", re.MULTILINE)  # a line of a traceback that names its exception


def compare_runs(
    recorded: tuple[Path, RunStatus], repeated: tuple[Path, RunStatus], tolerance: Tolerance
) -> Comparison:
    """Compare the outputs of completed trainings, or the ways in which trainings failed."""
    old, new = recorded[1].error, repeated[1].error
    if old is None and new is None:
        return compare_outputs(recorded, repeated, tolerance)
    if old and new and (old.kind, _exception(old)) == (new.kind, _exception(new)):
        return Comparison({"failures": 1})
    text = f"the recorded run {_ending(old)}, and the repeated training {_ending(new)}"
    return Comparison({"failures": 1}, (Deviation(text, False),))


def _exception(error: RunError) -> str:
    """Return the type of the exception that ended the run, "" if there is no traceback."""
    return next(reversed(_EXCEPTION.findall(error.traceback)), "")


def _ending(error: RunError | None) -> str:
    return f"failed ({failure_text(error)})" if error else "completed"


def failure_text(error: RunError | None) -> str:
    return f"{error.kind}: {' '.join(error.message.split())[:200]}" if error else ""
