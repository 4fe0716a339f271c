"""`proband review NAME --accept` and `--back`: what is refused, and what is recorded for the next version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.base.paths import Lab
from lab.approvals.decision import Decision
from lab.approvals.decision_files import read_decisions
from lab.approvals.person import ACTOR
from tests.lab.review.written_reports import REPORT, write_report
from tests.proband.run_command import Proband


@pytest.fixture
def proband(report_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(report_lab, capsys)


def decisions(lab: Lab) -> tuple[Decision, ...]:
    return read_decisions(lab).recorded


def reviews(lab: Lab) -> Any:
    return json.loads(lab.report_reviews("lr", "technical_report").read_text(encoding="utf-8"))


def report_item(proband: Proband) -> Any:
    (item,) = [item for item in proband.json("review")["items"] if item["name"] == REPORT]
    return item


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "return without a remark": (("--back",), "add --remark"),
    "return with a score and no remark": (("--back", "--score", "2", "--comment", "bad"), "add --remark"),
    "empty remark": (("--back", "--remark", ""), "remark is empty"),
    "blank remark": (("--back", "--remark", "Too long.", "--remark", " \n"), "remark is empty"),
    "remark with acceptance": (("--accept", "--remark", "Too long."), "add --back"),
    "remark alone": (("--remark", "Too long."), "--accept or --back"),
    "score alone": (("--score", "4"), "--accept or --back"),
    "comment alone": (("--comment", "Clear."), "--accept or --back"),
    "agent": (("--accept", "--as", "agent:writer"), "not the name of a person"),
    "agent that returns": (("--back", "--remark", "x", "--as", "agent:writer"), "not the name of a person"),
    "program": (("--accept", "--as", "Proband"), "not of a person"),
    "another hash": (("--accept", "--sha256", "0" * 64), "has sha256"),
    "answer to no remark": (("--answer", "1=Done."), "there is no remark 1"),
    "answer and acceptance": (("--answer", "1=Done.", "--accept"), "--answer is given alone"),
    "answer and return": (("--answer", "1=Done.", "--back", "--remark", "x"), "--answer is given alone"),
    "comment that is no Unicode": (("--accept", "--comment", "\udce9"), "must be text"),
    "remark that is no Unicode": (("--back", "--remark", "\udce9"), "is not valid Unicode"),
    "answer without a number": (("--answer", "Done."), "is not N=TEXT"),
    "answer to remark 0": (("--answer", "0=Done."), "there is no remark 0"),
    "answer to a negative number": (("--answer=-1=Done.",), "is not N=TEXT"),
    "answer with a score": (("--answer", "1=Done.", "--score", "4"), "--answer is given alone"),
    "answer with a comment": (("--answer", "1=Done.", "--comment", "Clear."), "--answer is given alone"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refused_review_states_why_and_records_nothing(
    words: tuple[str, ...], message: str, proband: Proband
) -> None:
    answer = proband("review", REPORT, *words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert decisions(proband.lab) == ()
    assert not proband.lab.report_reviews("lr", "technical_report").exists()


NO_ARGUMENTS = {
    "score 0": ("--accept", "--score", "0"),
    "score 6": ("--accept", "--score", "6"),
    "score 3.5": ("--accept", "--score", "3.5"),
    "score five": ("--accept", "--score", "five"),
    "no score": ("--accept", "--score", ""),
    "accept and back": ("--accept", "--back", "--remark", "Too long."),
}


@pytest.mark.parametrize("words", NO_ARGUMENTS.values(), ids=NO_ARGUMENTS)
def test_a_wrong_score_or_outcome_is_no_command(
    words: tuple[str, ...], proband: Proband, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        proband("review", REPORT, *words)
    assert ended.value.code == 2
    assert words[1].removeprefix("--") in capsys.readouterr().err
    assert decisions(proband.lab) == ()


REVIEWS = (("--accept",), ("--back", "--remark", "x"), ("--accept", "--score", "5"))


@pytest.mark.parametrize("words", REVIEWS, ids=" ".join)
def test_a_program_reviews_no_report(words: tuple[str, ...], proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACTOR, "agent:writer")
    answer = proband("review", REPORT, *words, "--as", "Ada")
    assert (answer.code, decisions(proband.lab)) == (2, ())
    assert ACTOR in answer.err


def test_an_accepted_report_does_not_wait_until_it_changes(proband: Proband) -> None:
    assert proband("review", REPORT, "--accept", "--score", "4", "--comment", "Clear.").code == 0
    (made,) = decisions(proband.lab)
    assert (made.outcome, made.score, made.why, made.by.name) == ("approved", 4, "Clear.", "Ada")
    assert proband.json("review")["items"] == []
    again = proband("review", REPORT, "--accept")
    assert again.code == 2
    assert "was approved already by Ada" in again.err
    write_report(proband.lab, "The runs did not complete.")
    assert report_item(proband)["state"] == "void"


def test_a_report_that_changed_since_it_was_shown_is_not_reviewed(proband: Proband) -> None:
    sha256 = report_item(proband)["sha256"]
    write_report(proband.lab, "The runs did not complete.")
    for words in (("--accept",), ("--back", "--remark", "Too long.")):
        answer = proband("review", REPORT, *words, "--sha256", sha256[:12])
        assert answer.code == 2
        assert "read it again" in answer.err
    assert decisions(proband.lab) == ()
    assert proband("review", REPORT, "--accept", "--sha256", report_item(proband)["sha256"]).code == 0


def test_a_returned_report_has_its_remarks_in_a_file(proband: Proband) -> None:
    sha256 = report_item(proband)["sha256"]
    words = ("--score", "2", "--comment", "Unclear.", "--remark", "results: the sd is missing", "--remark", "Too long.")
    answer = proband("review", REPORT, "--back", *words)
    assert answer.code == 0
    assert "snakemake --cores 2 lr" in answer.err
    stored = reviews(proband.lab)
    assert (stored["schema_version"], stored["experiment_id"], stored["report"]) == (1, "lr", "technical_report")
    (review,) = stored["reviews"]
    assert (review["sha256"], review["by"], review["score"], review["comment"]) == (sha256, "Ada", 2, "Unclear.")
    assert [tuple(remark.values()) for remark in review["remarks"]] == [
        (1, "Results", "results: the sd is missing"),
        (2, None, "Too long."),
    ]
    assert review["texts"] == {"Results": ["The runs completed."]}
    (made,) = decisions(proband.lab)
    assert (made.outcome, made.remarks) == ("returned", ("results: the sd is missing", "Too long."))
    item = report_item(proband)
    assert item["state"] == "returned"
    assert item["notes"] == ["2 remarks, not answered yet", "last score 2 of 5"]


def test_a_second_return_continues_the_numbers(proband: Proband) -> None:
    assert proband("review", REPORT, "--back", "--remark", "First.", "--remark", "Second.").code == 0
    again = proband("review", REPORT, "--back", "--remark", "Third.")
    assert again.code == 2
    assert "was returned already by Ada" in again.err
    write_report(proband.lab, "All runs completed.")
    assert report_item(proband)["what"] == "report with answers to the remarks of its review"
    assert proband("review", REPORT, "--back", "--score", "3", "--remark", "Third.", "--as", "Grace").code == 0
    stored = reviews(proband.lab)["reviews"]
    assert [[remark["number"] for remark in review["remarks"]] for review in stored] == [[1, 2], [3]]
    assert [review["by"] for review in stored] == ["Ada", "Grace"]
    assert stored[1]["texts"] == {"Results": ["All runs completed."]}


def test_the_status_names_a_returned_report_until_it_is_written_again(proband: Proband) -> None:
    assert REPORT not in proband("status").err
    proband("review", REPORT, "--back", "--remark", "First.", "--remark", "Second.")
    line = f"{REPORT}: was returned by Ada with 2 remarks that this version does not answer (snakemake --cores 2 lr)"
    assert line in proband("status").err
    write_report(proband.lab, "All runs completed.")
    assert REPORT not in proband("status").err


def test_an_answer_is_stored_as_that_of_its_person(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proband("review", REPORT, "--back", "--remark", "First.", "--remark", "Second.").code == 0
    wrong = {
        "3=Done.": "there is no remark 3 (remarks: 1, 2)",
        "1= ": "is empty",
        "1=": "is not N=TEXT",
        "1=\udce9": "not valid Unicode",
    }
    for answer, message in wrong.items():
        refused = proband("review", REPORT, "--answer", answer)
        assert refused.code == 2
        assert message in refused.err
    monkeypatch.setenv(ACTOR, "agent:writer")
    assert proband("review", REPORT, "--answer", "1=I have done it.").code == 2
    monkeypatch.delenv(ACTOR)
    assert reviews(proband.lab)["answers"] == []
    assert proband("review", REPORT, "--answer", "2=a=b", "--as", "Grace").code == 0
    (stored,) = reviews(proband.lab)["answers"]
    assert (stored["remark"], stored["text"], stored["by"]) == (2, "a=b", "Grace")
    assert len(decisions(proband.lab)) == 1


def test_one_wrong_answer_stores_none(proband: Proband) -> None:
    assert proband("review", REPORT, "--back", "--remark", "First.").code == 0
    assert proband("review", REPORT, "--answer", "1=Done.", "--answer", "7=Done.").code == 2
    assert reviews(proband.lab)["answers"] == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"experiment_id": "one", "report": "technical_report"}'])
def test_damaged_remarks_are_named_and_not_overwritten(content: str, proband: Proband) -> None:
    file = proband.lab.report_reviews("lr", "technical_report")
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    answer = proband("review", REPORT, "--back", "--remark", "Too long.")
    assert answer.code == 2
    assert "reviews/technical_report.json" in answer.err
    assert (decisions(proband.lab), file.read_text(encoding="utf-8")) == ((), content)


def test_a_damaged_report_is_not_returned(proband: Proband) -> None:
    proband.lab.report("lr", "technical_report", ".json").write_text("{", encoding="utf-8")
    answer = proband("review", REPORT, "--back", "--remark", "Too long.")
    assert (answer.code, decisions(proband.lab)) == (2, ())
    assert "is damaged" in answer.err


def test_a_mistyped_section_is_named(proband: Proband) -> None:
    answer = proband("review", REPORT, "--back", "--remark", "Result: the sd is missing")
    assert answer.code == 0
    assert "did you mean 'Results'?" in answer.err


@pytest.mark.parametrize("name", ["lr/blog_post", "one/technical_report", "lr/../technical_report", "lr/"])
def test_a_report_that_is_not_written_is_not_reviewed(name: str, proband: Proband) -> None:
    answer = proband("review", name, "--accept")
    assert (answer.code, decisions(proband.lab)) == (2, ())
