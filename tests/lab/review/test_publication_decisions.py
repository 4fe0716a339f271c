"""`proband approve` for a prepared publication and for a risk flag: both need the words of a person."""

from __future__ import annotations

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.approvals.person import ACTOR
from lab.publication.candidate import read_candidate
from tests.lab.publication.made_packages import prepared
from tests.lab.review.written_reports import REPORT
from tests.proband.run_command import Proband

PUBLICATION, FLAG = "lr/publication", "lr/data_licence"
ANSWER = ("--answer", "method=The design was registered.")


@pytest.fixture
def proband(report_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    """The command in a lab with a prepared publication, whose data group declares nothing."""
    prepared(report_lab, "lr")
    return Proband(report_lab, capsys)


def decided(lab: Lab) -> list[tuple[str, str, str]]:
    return [(made.subjects[0].kind, made.outcome, made.why) for made in read_decisions(lab).recorded]


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no answer": ((PUBLICATION,), "method: not answered"),
    "empty answer": ((PUBLICATION, "--answer", "method="), "is not KEY=TEXT"),
    "blank answer": ((PUBLICATION, "--answer", "method= "), "is not KEY=TEXT"),
    "answer that says nothing": ((PUBLICATION, "--answer", "method=TODO"), "does not settle it"),
    "answer that denies": ((PUBLICATION, "--answer", "method=No."), "does not settle it"),
    "unknown item": ((PUBLICATION, *ANSWER, "--answer", "methods=Yes, it is."), "no such item"),
    "two answers": ((PUBLICATION, *ANSWER, "--answer", "method=Another."), "is given twice"),
    "answer without a key": ((PUBLICATION, "--answer", "=Sound."), "is not KEY=TEXT"),
    "no Unicode": ((PUBLICATION, "--answer", "method=\udce9"), "is not valid Unicode"),
    "agent": ((PUBLICATION, *ANSWER, "--as", "agent:writer"), "not the name of a person"),
    "another hash": ((PUBLICATION, *ANSWER, "--sha256", "0" * 64), "has sha256"),
    "not prepared": (("one/publication", *ANSWER), "there is no"),
    "flag without an answer": ((FLAG,), "--why ANSWER"),
    "flag with a blank answer": ((FLAG, "--why", "  "), "--why ANSWER"),
    "flag of an agent": ((FLAG, "--why", "It is ours.", "--as", "agent:x"), "not the name of a person"),
    "flag that is not raised": (("lr/dual_use", "--why", "Small models."), "there is no"),
    "unknown flag": (("lr/licence", "--why", "It is ours."), "there is no"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refused_approval_states_why_and_records_nothing(
    words: tuple[str, ...], message: str, proband: Proband
) -> None:
    answer = proband("approve", *words)
    assert (answer.code, decided(proband.lab)) == (2, [])
    assert message in answer.err


@pytest.mark.parametrize("words", [(PUBLICATION, *ANSWER), (FLAG, "--why", "It is ours.")], ids=["package", "flag"])
def test_a_program_approves_nothing(words: tuple[str, ...], proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACTOR, "worker:1")
    answer = proband("approve", *words, "--as", "Ada")
    assert (answer.code, decided(proband.lab)) == (2, [])
    assert ACTOR in answer.err


def test_an_answered_publication_is_approved_until_its_package_changes(proband: Proband) -> None:
    names = [item["name"] for item in proband.json("review")["items"]]
    assert names == [REPORT, PUBLICATION, "lr/human_subject_data", "lr/personal_data", FLAG]
    assert "answer method: Is the method sound?" in proband("review", PUBLICATION).out
    assert proband("approve", PUBLICATION, *ANSWER).code == 0
    (made,) = read_decisions(proband.lab).recorded
    assert dict(made.answers) == {"method": "The design was registered."}
    assert read_candidate(proband.lab, "lr").standing.is_approved
    assert PUBLICATION not in [item["name"] for item in proband.json("review")["items"]]
    prepared(proband.lab, "lr", "# Another text\n")
    assert read_candidate(proband.lab, "lr").standing.state == "void"
    assert PUBLICATION in [item["name"] for item in proband.json("review")["items"]]


def test_a_package_that_was_written_again_since_it_was_shown_is_not_approved(proband: Proband) -> None:
    sha256 = proband.json("review", PUBLICATION)["item"]["sha256"]
    prepared(proband.lab, "lr", "# Another text\n")
    answer = proband("approve", PUBLICATION, *ANSWER, "--sha256", sha256)
    assert (answer.code, decided(proband.lab)) == (2, [])
    assert "read it again" in answer.err


def test_an_edited_package_is_not_approved(proband: Proband) -> None:
    (prepared(proband.lab, "lr") / "README.md").write_text("# Edited\n", encoding="utf-8")
    assert proband("approve", PUBLICATION, *ANSWER).code == 2
    assert decided(proband.lab) == []


def test_a_rejected_publication_is_closed(proband: Proband) -> None:
    assert proband("reject", PUBLICATION).code == 2
    assert proband("reject", PUBLICATION, "--why", "The limits are missing.").code == 0
    assert decided(proband.lab) == [("publication", "rejected", "The limits are missing.")]
    assert read_candidate(proband.lab, "lr").standing.state == "rejected"


def test_a_signed_flag_no_longer_waits_and_approves_nothing_else(proband: Proband) -> None:
    assert proband("approve", FLAG, "--why", "The rows are our own.").code == 0
    assert decided(proband.lab) == [("flag", "approved", "The rows are our own.")]
    names = [item["name"] for item in proband.json("review")["items"]]
    assert names == [REPORT, PUBLICATION, "lr/human_subject_data", "lr/personal_data"]
    assert not read_candidate(proband.lab, "lr").standing.is_approved
