"""The line of a finished training: its duration, or that the run was completed before this build."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunStatus
from rules.build.terminal.build_log import outcome

BEGAN = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("completed_at", "expected"),
    [
        ("2030-01-01T12:00:01+00:00", "completed in 2.0 s"),
        ("2030-01-01T11:59:59+00:00", "was completed before this build and is reused"),
        (None, "completed in 2.0 s"),
        ("yesterday", "completed in 2.0 s"),
    ],
    ids=["trained by this build", "reused", "no time", "damaged time"],
)
def test_run_that_an_earlier_build_completed_is_reused(tmp_path: Path, completed_at: str | None, expected: str) -> None:
    lab = Lab(tmp_path)
    status = RunStatus("completed", "a", duration_seconds=2.0, completed_at=completed_at)
    write_json(lab.status("a"), status.to_json())
    assert outcome(lab, "a", began=BEGAN) == expected
