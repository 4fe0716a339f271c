"""A secret or personal data in an approved package closes its gate, until a person removes or allows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from lab.approvals.actor import Actor
from lab.approvals.decision_files import record
from lab.publication.candidate import read_candidate
from lab.publication.publish import decide_publication
from tests.lab.approvals.made_decisions import decision
from tests.lab.publication.made_packages import ANSWERS, approved, prepared

MAIL = "ada" + "@" + "analytical-engine.org"


def test_finding_closes_the_gate_until_it_is_allowed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    prepared(lab, readme=f"# Study\nWrite to {MAIL}.\n")
    approved(lab)
    gate = decide_publication(lab, "study")
    assert [requirement.name for requirement in gate.failed] == ["scan"]
    assert "README.md:2: email: Write to <email>." in gate.failed[0].reason
    assert MAIL not in str(gate)
    lab.conf.mkdir()
    allowed = lab.conf / "publication_allow.yaml"
    allowed.write_text(f"- {{kind: email, value: {MAIL}, reason: contact}}\n")
    gate = decide_publication(lab, "study")
    assert gate.passed
    assert "conf/publication_allow.yaml" in gate.inputs


def test_wrong_allowances_close_the_gate(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    prepared(lab)
    approved(lab)
    assert decide_publication(lab, "study").passed
    lab.conf.mkdir()
    (lab.conf / "publication_allow.yaml").write_text("- {kind: email}\n")
    (requirement,) = decide_publication(lab, "study").failed
    assert "entry 1: needs either value or sha256" in requirement.reason


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param({"answers": {"method": f"Ask {MAIL}."}}, id="answer"),
        pytest.param({"why": f"as {MAIL} wrote"}, id="why"),
        pytest.param({"by": Actor("person", MAIL, None, "--as")}, id="name"),
    ],
)
def test_approval_is_scanned_because_the_archive_contains_it(tmp_path: Path, stated: dict[str, Any]) -> None:
    lab = Lab(tmp_path)
    prepared(lab)
    answers = stated.get("answers", ANSWERS)
    about = read_candidate(lab, "study").subject(answers)
    record(lab, decision("approved", subjects=(about,), **{"answers": answers, **stated}))
    (requirement,) = decide_publication(lab, "study").failed
    assert requirement.reason.startswith("APPROVAL.json:")
    assert MAIL not in requirement.reason
