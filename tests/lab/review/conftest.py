"""A small lab with a proposal, one with a written report, and the person who decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.approvals.person import ACTOR, AS
from tests.compiler.small_lab import FILES
from tests.lab.review.written_reports import REPORT_FILES, write_report
from tests.labs import spec, write_lab

PROPOSAL = "results/experiments/lr/proposals/lr_more.yaml"
FOLLOW_UP = spec("""
    defaults: [lr, _self_]
    experiment:
      experiment_id: lr_more
      hypothesis: Still more is more.
      rationale: The best level is the last one.
      parent: lr
      sweep: {model.lr: "0.2,0.4"}
      compare: {control: 0.2}
""")


@pytest.fixture
def _ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AS, "Ada")
    monkeypatch.delenv(ACTOR, raising=False)


@pytest.fixture(scope="session")
def compiled_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the lab with a report, which is compiled once and copied. The first test writes it."""
    return tmp_path_factory.mktemp("reports") / "lab"


@pytest.fixture
def report_lab(compiled_reports: Path, tmp_path: Path, _ada: None) -> Lab:
    """A lab with a written report, and nothing else that waits."""
    if not compiled_reports.exists():
        write_report(lab := write_lab(compiled_reports, REPORT_FILES))
        current_plan(lab)
    return Lab(shutil.copytree(compiled_reports, tmp_path / "lab"))


@pytest.fixture
def lab(tmp_path: Path, _ada: None) -> Lab:
    return write_lab(tmp_path, FILES | {PROPOSAL: FOLLOW_UP})
