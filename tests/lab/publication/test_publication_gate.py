"""The gate of a publication opens only for exactly what a person has approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.publication.checklist import CHECKLIST, Item, checklist_json
from lab.publication.checksums import CHECKSUMS, checksums_text
from lab.publication.publication_approval import approval_json, publication_standing
from lab.publication.publication_gate import publication_gate
from lab.publication.publication_subject import publication_subject
from rules.gates.gate import Gate
from tests.lab.approvals.made_decisions import PERSON, decision

ITEMS = (Item("method", "Is the method sound?", (), needs_person=True),)
ANSWERS = {"method": "The design was registered."}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    write_json(folder / CHECKLIST, checklist_json(ITEMS))
    files = {CHECKLIST: (folder / CHECKLIST).read_bytes()}
    (folder / CHECKSUMS).write_text(checksums_text(files))
    return folder


def decided(package: Path, outcome: str = "approved", name: str = "study", **changes: Any) -> Decision:
    answers = changes.pop("answers", ANSWERS)
    about = publication_subject(name, (package / CHECKSUMS).read_bytes(), answers)
    return decision(outcome, subjects=(about,), answers=changes.pop("stated", answers), **changes)


def gate(package: Path, *decisions: Decision, **problems: Any) -> Gate:
    standing = publication_standing(Decisions(decisions), "study", package)
    causes: dict[str, Any] = {"edits": (), "findings": (), "unsigned": {}} | problems
    return publication_gate("study", Path("package"), ITEMS, standing, **causes)


def test_approval_of_a_person_opens_the_gate(package: Path) -> None:
    opened = gate(package, decided(package))
    assert opened.passed
    assert (opened.decided_by.kind, opened.decided_by.name) == ("person", PERSON.name)
    content = approval_json(decided(package), "study", package)
    assert content["answers"] == ANSWERS
    assert content["approved_by"] == PERSON.name
    assert PERSON.email not in str(content)


def test_unapproved_package_names_the_command(package: Path) -> None:
    closed = gate(package)
    assert [failed.name for failed in closed.failed] == ["approval"]
    assert "no person has approved it" in closed.why
    assert "proband approve study/publication --answer 'method=…'" in closed.why


def test_change_after_the_approval_voids_it(package: Path) -> None:
    approval = decided(package)
    (package / CHECKSUMS).write_text("0" * 64 + "  README.md\n")
    assert f"not what {PERSON.name} approved" in gate(package, approval).why


def test_changed_answers_void_the_approval(package: Path) -> None:
    assert not gate(package, decided(package, stated={"method": "The design was not registered."})).passed


def test_approval_of_another_experiment_or_kind_does_not_count(package: Path) -> None:
    other = decided(package, name="other")
    experiment = decision("approved", kind="experiment", name="study", answers=ANSWERS)
    assert "no person has approved it" in gate(package, other, experiment).why


def test_latest_decision_about_this_content_counts(package: Path) -> None:
    rejected = decided(package, "rejected", why="The limits are missing.")
    assert "rejected it" in gate(package, decided(package), rejected).why
    assert gate(package, rejected, decided(package)).passed


def test_approval_without_an_answer_is_incomplete(package: Path) -> None:
    closed = gate(package, decided(package, answers={}))
    assert "method: not answered" in closed.why


@pytest.mark.parametrize(
    ("problem", "requirement"),
    [
        pytest.param({"findings": ("README.md:3: e-mail address",)}, "scan", id="finding"),
        pytest.param({"edits": ("README.md: changed",)}, "package", id="edit"),
    ],
)
def test_finding_or_edit_closes_the_gate_of_an_approved_package(
    package: Path, problem: dict[str, Any], requirement: str
) -> None:
    closed = gate(package, decided(package), **problem)
    assert [failed.name for failed in closed.failed] == [requirement]
    assert "README.md" in closed.why


def test_unsigned_risk_flag_closes_the_gate_of_an_approved_package(package: Path) -> None:
    closed = gate(package, decided(package), unsigned={"dual_use": "A person must sign it"})
    assert [(failed.name, failed.reason) for failed in closed.failed] == [("dual_use", "A person must sign it")]
