"""What an approval binds to: every change of the content gives another hash, and nothing else does."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from lab.approvals.subject_hashes import NoSubject, experiment_subject, proposal_subject, report_subject
from tests.plans import deliverable, planned_experiment, planned_search

SPEC = "# @package _global_\nexperiment: {name: Study}\n"
DOCUMENT = PlannedDocument("agents.writers.technical_report:write", "c0de")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "conf/experiment").mkdir(parents=True)
    (tmp_path / "conf/experiment/study.yaml").write_text(SPEC, encoding="utf-8")
    return Lab(tmp_path)


SETTINGS: Mapping[str, Mapping[str, Any]] = {"0" * 12: {"lr": 1}, "1" * 12: {"lr": 2}}
PLANNED = planned_experiment(settings=SETTINGS, deliverables={"plot": deliverable()}, reports={"paper": DOCUMENT})


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(planned_experiment(settings={"0" * 12: {"lr": 1}, "2" * 12: {"lr": 2}}), id="run"),
        pytest.param(replace(PLANNED, claim="c1a2"), id="claim"),
        pytest.param(replace(PLANNED, deliverables={}), id="no deliverable"),
        pytest.param(replace(PLANNED, deliverables={"plot": deliverable(required=False)}), id="advisory deliverable"),
        pytest.param(replace(PLANNED, analyses={"performance": DOCUMENT}), id="analysis"),
        pytest.param(replace(PLANNED, reports={}), id="no report"),
        pytest.param(replace(PLANNED, search=planned_search()), id="search"),
    ],
)
def test_other_experiment_is_another_subject(lab: Lab, other: Any) -> None:
    assert experiment_subject(lab, other).sha256 != experiment_subject(lab, PLANNED).sha256


def test_trials_that_a_search_suggests_leave_its_subject_unchanged(lab: Lab) -> None:
    search = replace(PLANNED, search=planned_search())
    assert experiment_subject(lab, replace(search, points=())) == experiment_subject(lab, search)


@pytest.mark.parametrize("text", [SPEC.replace("Study", "study"), SPEC + "\n", SPEC + "# note\n"])
def test_every_byte_of_the_spec_counts(lab: Lab, text: str) -> None:
    before = experiment_subject(lab, PLANNED)
    spec = lab.root / PLANNED.file
    spec.write_text(text, encoding="utf-8")
    assert experiment_subject(lab, PLANNED) != before
    spec.write_text(SPEC, encoding="utf-8")
    os.utime(spec, (0, 0))
    assert experiment_subject(lab, PLANNED) == before


def test_shipped_spec_is_read_from_the_engine(lab: Lab) -> None:
    shipped = planned_experiment("digits_lr", SETTINGS, is_own=False)
    assert experiment_subject(lab, shipped).name == "digits_lr"


def test_experiment_without_its_spec_is_no_subject(lab: Lab) -> None:
    with pytest.raises(NoSubject, match=r"gone\.yaml: cannot be read"):
        experiment_subject(lab, planned_experiment("gone"))


def test_proposal_is_the_bytes_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "study_refined.yaml"
    file.write_text(SPEC, encoding="utf-8")
    before = proposal_subject("study_refined", file)
    file.write_text(SPEC + " ", encoding="utf-8")
    assert proposal_subject("study_refined", file) != before


def _change(suffix: str) -> Callable[[Lab], None]:
    return lambda lab: lab.report("study", "paper", suffix).write_text("changed", encoding="utf-8") and None


@pytest.mark.parametrize(
    "change",
    [
        *(pytest.param(_change(suffix), id=suffix) for suffix in (".json", ".md", ".html", ".pdf", ".tex")),
        pytest.param(lambda lab: lab.report("study", "paper", ".html").unlink(), id="format deleted"),
    ],
)
def test_report_is_its_document_and_its_formats(lab: Lab, change: Callable[[Lab], None]) -> None:
    with pytest.raises(NoSubject):
        report_subject(lab, "study", "paper")
    lab.report("study", "paper", "").parent.mkdir(parents=True)
    for suffix in (".json", ".md", ".html"):
        lab.report("study", "paper", suffix).write_text(suffix, encoding="utf-8")
    before = report_subject(lab, "study", "paper")
    lab.report("study", "paper_draft", ".md").write_text("another report", encoding="utf-8")
    assert report_subject(lab, "study", "paper") == before
    change(lab)
    assert report_subject(lab, "study", "paper") != before
