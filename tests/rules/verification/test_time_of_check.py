"""A verification asks a server again. An equal answer keeps the time of the stored one, and another answer is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.deliverables.check import TrackedRun
from compiler.deliverables.wandb_run import WandbRun
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck, read_checked_deliverable
from rules.verification.time_of_check import keep_time_of_check

STORED = RunCheck("delivered", True, "read", TrackedRun("research", "a", checked_at="2030-01-01T00:00:00+00:00"))
LATER = TrackedRun("research", "a", checked_at="2031-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("repeated", "is_kept"),
    [
        (replace(STORED, tracked=LATER), True),
        (replace(STORED, tracked=LATER, detail="other rows"), False),
        (replace(STORED, tracked=LATER, status="invalid", validated=False), False),
        (replace(STORED, tracked=replace(LATER, project="other")), False),
    ],
    ids=["same answer", "other detail", "other status", "other project"],
)
def test_time_is_kept_if_nothing_else_differs(repeated: RunCheck, is_kept: bool, tmp_path: Path) -> None:
    labs = Lab(tmp_path / "stored"), Lab(tmp_path / "scratch")
    for lab, check in zip(labs, (STORED, repeated), strict=True):
        deliverable = CheckedDeliverable.of_runs(WandbRun(type="wandb_run"), {"a": check})
        write_json(lab.deliverable("study", "wandb_run"), deliverable.to_json())
    keep_time_of_check(*labs, "study", "wandb_run")
    kept = read_checked_deliverable(labs[1].deliverable("study", "wandb_run")).runs["a"]
    assert kept == (STORED if is_kept else repeated)
