"""Artifacts that are missing or changed, and data of another version, are reported as damage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from rules.results.damage import damaged_artifacts
from rules.results.run_record import RunRecord, read_run
from tests.plans import run_job
from tests.run_files import write_run

CONTENT = b"weights"


@pytest.fixture
def run(tmp_path: Path) -> RunRecord:
    """A run with one artifact, whose data versions are those that were compiled."""
    lab = Lab(tmp_path)
    folder = write_run(lab, "a").folder
    (folder / "output/model").write_bytes(CONTENT)
    recorded = {"size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}
    write_json(folder / "status.json", {"status": "completed", "artifacts": {"output/model": recorded}})
    write_json(folder / "config.json", {"data": {}})
    write_json(lab.run_job("a"), run_job("a", {}).to_json())
    return read_run(lab, "a")


def damages(run: RunRecord) -> list[str]:
    return list(damaged_artifacts(Lab(run.folder.parents[2]), run))


def test_complete_run_is_not_damaged(run: RunRecord) -> None:
    assert damages(run) == []


@pytest.mark.parametrize("content", [b"", b"longer weights", b"WEIGHTS"], ids=["empty", "longer", "same size"])
def test_changed_artifact_is_damaged(run: RunRecord, content: bytes) -> None:
    (run.folder / "output/model").write_bytes(content)
    assert damages(run) == ["a/output/model was changed after the run"]


def test_missing_artifact_is_damaged(run: RunRecord) -> None:
    (run.folder / "output/model").unlink()
    assert damages(run) == ["a/output/model is missing"]


def test_a_byte_in_a_large_artifact_is_damage(run: RunRecord) -> None:
    content = bytearray(2**24 + 1)
    recorded = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    status = read_json(run.folder / "status.json") | {"artifacts": {"output/model": recorded}}
    write_json(run.folder / "status.json", status)
    content[-7] = 1
    (run.folder / "output/model").write_bytes(content)
    assert list(damaged_artifacts(Lab(run.folder.parents[2]), read_run(Lab(run.folder.parents[2]), "a"))) == [
        "a/output/model was changed after the run"
    ]


@pytest.mark.parametrize("content", ["{", "[]"], ids=["no JSON", "no object"])
def test_damaged_config_is_damage_and_no_traceback(run: RunRecord, content: str) -> None:
    (run.folder / "config.json").write_text(content, encoding="utf-8")
    (problem,) = damages(run)
    assert problem.startswith("a: config.json is not")


def test_run_with_other_data_versions_than_the_plan_is_damaged(run: RunRecord) -> None:
    write_json(run.folder / "config.json", {"data": {"data.npz": "another version"}})
    assert damages(run) == ["a was trained with other data versions than those in the plan"]
