"""Runs that are no results of the current code are not counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunError, RunStatus
from rules.results.countable_runs import RunsNotCounted, check_countable

FINGERPRINTS = {"a": "new", "b": "new"}
RUNS = ["a", "b", "later"]
CASES = {
    "current": ({"a": "new", "b": "new"}, {}, ""),
    "stale": (
        {"a": "new", "b": "old"},
        {},
        "1 of 3 runs were trained with other code than this build was compiled for, so they are not counted: run b",
    ),
    "no provenance": ({"a": "new"}, {}, ""),
    "a run that the plan does not have yet": ({"a": "new", "later": "old"}, {}, ""),
    "a failed run is a result": ({"a": "new", "b": "new"}, {"b": "error"}, ""),
    "memory": ({"a": "new", "b": "new"}, {"b": "out_of_memory"}, ""),
    "environment": (
        {"a": "new", "b": "new"},
        {"a": "environment", "b": "environment"},
        "2 of 3 runs failed because of the environment, which is no result: run a: environment: own.py:1: No module",
    ),
}


@pytest.mark.parametrize(("trained", "failures", "message"), CASES.values(), ids=CASES)
def test_runs_that_are_no_results_are_not_counted(
    trained: dict[str, str], failures: dict[str, str], message: str, tmp_path: Path
) -> None:
    lab = Lab(tmp_path)
    for run in RUNS:
        error = RunError(failures[run], "own.py:1: No module named 'x'", "install it") if run in failures else None
        write_json(lab.status(run), RunStatus("failed" if error else "completed", run, error=error).to_json())
        if run in trained:
            write_json(lab.run(run) / "provenance.json", {"fingerprint": trained[run]})
    if not message:
        check_countable(lab, RUNS, FINGERPRINTS)
        return
    with pytest.raises(RunsNotCounted) as raised:
        check_countable(lab, RUNS, FINGERPRINTS)
    assert str(raised.value).startswith(message)
