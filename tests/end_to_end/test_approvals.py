"""Builds of people, of programs and of agents in a real lab: who may start what, and what is recorded."""

from __future__ import annotations

import json

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from tests.end_to_end.support.specs import CopyOf
from tests.end_to_end.test_lifecycle import SPEC, build_rates

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lifecycle")]

ANALYST = """\
import subprocess
import sys


def decide(*_):
    words = ["-m", "proband.cli.main", "hold", "--release", "--as", "Rosa"]
    answer = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    raise RuntimeError(f"exit code {answer.returncode}: {answer.stderr}")
"""


def test_person_approves_by_building_and_no_program_can(copy_of: CopyOf, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = copy_of(build_rates)
    (approval,) = read_decisions(Lab(lab.root)).recorded
    assert (approval.outcome, approval.by.kind, approval.how.split()[-1]) == ("approved", "person", "rates")
    gate = json.loads((lab.root / "results/experiments/rates/gates/experiment.json").read_text(encoding="utf-8"))
    assert gate["decided_by"] == {"kind": "person", "name": approval.by.name}

    lab.edit(SPEC, "deliverables:", "analysis_pipeline: ['mine:decide']\n  deliverables:")
    lab.write("mine.py", ANALYST)
    with monkeypatch.context() as patch:
        patch.setenv("PROBAND_ACTOR", "worker:1")
        refused = lab.snakemake("rates")
    assert (refused.exit_code, refused.trained) == (1, frozenset())
    assert "is void, because it has changed since" in refused.output
    assert "(proband approve rates)" in refused.output

    assert lab.proband("hold", "--why", "wrong data", "--as", "Eva").returncode == 0
    assert lab.snakemake("-n", "rates").exit_code == 0
    held = lab.snakemake("rates")
    assert (held.exit_code, "by Eva: wrong data" in held.output) == (1, True)
    assert lab.proband("hold", "--release", "--as", "Eva").returncode == 0

    built = lab.snakemake("rates")  # the analyst of the lab tries to decide as Rosa
    assert (built.exit_code, built.trained) == (1, frozenset())
    assert "exit code 2: PROBAND_ACTOR is 'job:rules.jobs.analysis': only a person can decide this" in built.output
    assert len(read_decisions(Lab(lab.root)).recorded) == 2
