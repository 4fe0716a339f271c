"""The record of what a run logged is read back as it was written, and a damaged one is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.tracking.record import (
    PROBLEM,
    RECORD,
    DamagedTrackingRecord,
    LoggedArtifact,
    TrackingProblem,
    TrackingRecord,
    read_problem,
    read_tracking,
    write_problem,
)

MODEL = LoggedArtifact("model-0123456789ab", "model", "d1", {"model.safetensors": "ab"}, "v0")
RUN = TrackingRecord(
    "wandb",
    "online",
    "proband",
    "lab",
    "0123456789ab",
    "https://wandb.ai/r",
    0,
    "study",
    ("study",),
    (MODEL,),
    {"a": 2},
)
ABSENT = TrackingProblem("wandb", "online", "start", "no server", "2030-01-01T00:00:00+00:00")


def test_record_is_read_back(tmp_path: Path) -> None:
    write_json(tmp_path / RECORD, RUN.to_json())
    assert read_tracking(tmp_path) == RUN


def test_problem_is_read_back_and_the_first_is_kept(tmp_path: Path) -> None:
    write_problem(tmp_path, ABSENT)
    write_problem(tmp_path, TrackingProblem("wandb", "online", "finish", "a consequence", "2030-01-01T00:01:00+00:00"))
    assert read_problem(tmp_path) == ABSENT


def test_run_without_records_was_not_tracked(tmp_path: Path) -> None:
    assert read_tracking(tmp_path) is None
    assert read_problem(tmp_path) is None


DAMAGE = {
    "no JSON": "{",
    "a list": "[]",
    "no fields": "{}",
    "rows are a list": {"rows": [1]},
    "artifacts are a number": {"artifacts": 1},
    "an artifact without a digest": {"artifacts": [{"name": "a"}]},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_record_is_refused(damage: object, tmp_path: Path) -> None:
    write_json(tmp_path / RECORD, RUN.to_json())
    if isinstance(damage, dict):
        write_json(tmp_path / RECORD, read_json(tmp_path / RECORD) | damage)
    else:
        (tmp_path / RECORD).write_text(str(damage), encoding="utf-8")
    with pytest.raises(DamagedTrackingRecord, match=r"output/tracking\.json"):
        read_tracking(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_damaged_problem_is_refused(text: str, tmp_path: Path) -> None:
    write_problem(tmp_path, ABSENT)
    (tmp_path / PROBLEM).write_text(text, encoding="utf-8")
    with pytest.raises(DamagedTrackingRecord, match=r"tracking/problem\.json"):
        read_problem(tmp_path)
