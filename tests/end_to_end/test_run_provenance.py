"""A run records its code, packages and job, also what git does not track. An edited record is noticed."""

from __future__ import annotations

import subprocess
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.runs.fingerprint import hash_of_source
from compiler.runs.provenance_record import DamagedProvenance, read_run_provenance
from tests.end_to_end.support.build import RealLab

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run_provenance")]

SECRET = "wb-correct-horse-battery-staple"
CODE = "from steps import STEP\n\n\ndef train(lr):\n    return {'accuracy': lr * STEP}\n"
SPEC = """# @package _global_
defaults:
  - override /model: own
  - override /tracking: disabled
experiment:
  hypothesis: The step matters.
  research_question: Does the step matter?
  deliverables: [{type: completed_runs}]
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_run_of_uncommitted_code_can_be_restored_from_its_record(
    lab: RealLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", SECRET)
    lab.write("own.py", "def train(lr):\n    return {'accuracy': lr}\n")
    lab.write("conf/model/own.yaml", "_target_: own.train\nlr: 0.5\n")
    lab.write("conf/experiment/probe.yaml", SPEC)
    lab.write(".gitignore", "results/\n.proband/\n.snakemake/\n")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "first"]):
        git(lab.root, *command)
    lab.write("own.py", CODE)
    lab.write("steps.py", "STEP = 1.5\n")
    built = lab.snakemake("probe")
    assert built.exit_code == 0, built.output
    (run,) = built.trained

    record = read_run_provenance(Lab(lab.root), run)
    assert record.git
    assert (record.git.branch, record.git.dirty, record.git.diff_is_exact) == ("main", True, True)
    assert {"own.py", "steps.py"} <= set(record.source)
    assert set(record.distributions) == {canonicalize_name(entry.metadata["Name"]) for entry in distributions()}
    assert record.snakemake
    assert (record.snakemake.version, record.snakemake.rule) == (version("snakemake"), "_train")
    assert record.environment["OMP_NUM_THREADS"] == "1"
    assert record.started_at
    assert record.ended_at
    assert record.started_at < record.ended_at
    assert record.notes == ()
    for file in (lab.root / "results").rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file

    git(lab.root, "clone", "-q", ".", str(tmp_path / "restored"))
    git(tmp_path / "restored", "apply", str(lab.root / "results/runs" / run / "source.diff"))
    for name in ("own.py", "steps.py"):
        assert hash_of_source(tmp_path / "restored" / name) == record.source[name]

    file = lab.root / "results/runs" / run / "provenance.json"
    content = read_json(file)
    content["distributions"]["torch"]["version"] = "1.0"
    write_json(file, content)
    with pytest.raises(DamagedProvenance, match="was changed after the run"):
        read_run_provenance(Lab(lab.root), run)
    checked = lab.proband("verify", "probe")
    assert checked.returncode == 1
    assert "provenance.json" in checked.stdout + checked.stderr
