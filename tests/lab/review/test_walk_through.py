"""`proband review` on a terminal asks about each item. Only a deliberate key decides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from compiler.base.paths import ENGINE, Lab
from lab.approvals.decision_files import read_decisions
from lab.approvals.person import ACTOR
from tests.lab.review.conftest import FOLLOW_UP, PROPOSAL
from tests.lab.review.typed_input import Keyboard
from tests.lab.review.written_reports import REPORT, write_report
from tests.proband.run_command import Proband


@pytest.fixture
def two_items(report_lab: Lab) -> Lab:
    """A lab with two items to decide about: the proposal lr_more, then a report."""
    file = report_lab.root / PROPOSAL
    file.parent.mkdir(parents=True)
    file.write_text(FOLLOW_UP, encoding="utf-8")
    return report_lab


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    monkeypatch.setattr("lab.review.waiting.with_power_of_test", lambda lab, item: item)  # takes a second to simulate
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    return Keyboard(monkeypatch)


@pytest.fixture
def review(two_items: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(two_items, capsys)


@pytest.fixture
def report_review(report_lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    """The command in a lab in which only a report waits."""
    return Proband(report_lab, capsys)


def decided(lab: Lab) -> list[tuple[str, str]]:
    return [(made.subjects[0].name, made.outcome) for made in read_decisions(lab).recorded]


FOR_A_PROPOSAL: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "nothing, then the end of the input": ([], []),
    "Enter and blanks": (["", "", "  ", "\t"], []),
    "words": (["y", "yes", "Y", "ok", "approve", "aa", "a a", "0"], []),
    "q": (["q", "a", "a"], []),
    "capital Q": ([" Q ", "a"], []),
    "s, then q": (["s", "q", "a"], []),
    "a": (["a", "q"], ["approved"]),
    "Enter, then a, then Enter": (["", "a", "", ""], ["approved"]),
    "r without a reason": (["r", "", "r", "   ", "q"], []),
    "r, then the end of the input": (["r"], []),
    "r, and a as the reason": (["r", "a", "q"], ["rejected"]),
    "e without an editor": (["e", "q"], []),
    "b": (["b", "q"], []),
}
FOR_A_REPORT: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "Enter": (["", ""], []),
    "a without a score": (["a", ""], ["approved"]),
    "wrong scores first": (["a", "0", "6", "3.5", "five", "-1", "5 5", "4"], ["approved"]),
    "a that ends at a wrong score": (["a", "6"], []),
    "e": (["e", "q"], []),
    "b without a remark": (["b", "2", "", "q"], []),
    "b that ends before the empty line": (["b", "2", "Too long."], []),
    "b": (["b", "2", "Too long.", "Results: why?", "", "a"], ["returned"]),
}


@pytest.mark.parametrize(("typed", "outcomes"), FOR_A_PROPOSAL.values(), ids=FOR_A_PROPOSAL)
def test_only_a_deliberate_key_decides_about_a_proposal(
    typed: Sequence[str], outcomes: Sequence[str], review: Proband, keyboard: Keyboard
) -> None:
    keyboard.types(*typed)
    assert review("review").code == 0
    assert decided(review.lab) == [("lr_more", outcome) for outcome in outcomes]
    assert keyboard.prompts


@pytest.mark.parametrize(("typed", "outcomes"), FOR_A_REPORT.values(), ids=FOR_A_REPORT)
def test_only_a_deliberate_key_decides_about_a_report(
    typed: Sequence[str], outcomes: Sequence[str], report_review: Proband, keyboard: Keyboard
) -> None:
    keyboard.types(*typed)
    assert report_review("review").code == 0
    assert decided(report_review.lab) == [(REPORT, outcome) for outcome in outcomes]
    assert keyboard.prompts


def test_each_item_is_shown_before_its_question(review: Proband, keyboard: Keyboard) -> None:
    keyboard.types("s", "s")
    text = review("review").out
    assert [prompt.partition(":")[0] for prompt in keyboard.prompts] == ["1 of 2", "2 of 2"]
    assert ("e edit" in keyboard.prompts[0], "b back" in keyboard.prompts[0]) == (True, False)
    assert ("e edit" in keyboard.prompts[1], "b back" in keyboard.prompts[1]) == (False, True)
    for expected in ("The best level is the last one.", "4 to train", "technical_report.html", "sha256"):
        assert expected in text


def test_after_q_nothing_is_asked(review: Proband, keyboard: Keyboard) -> None:
    keyboard.types("q", "a", "a")
    review("review")
    assert keyboard.unread == ["a", "a"]


def test_a_score_and_remarks_are_recorded(review: Proband, keyboard: Keyboard) -> None:
    keyboard.types("s", "b", "2", "Too long.", "Results: why?", "")
    review("review")
    (made,) = read_decisions(review.lab).recorded
    assert (made.score, made.remarks) == (2, ("Too long.", "Results: why?"))
    assert (made.how, made.by.name) == ("proband review", "Ada")


def test_a_program_at_a_terminal_decides_nothing(
    review: Proband, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ACTOR, "agent:writer")
    keyboard.types("a", "r", "why", "s", "a", "5", "b", "1", "x", "", "q")
    assert ACTOR in review("review").err
    assert decided(review.lab) == []


def test_an_agent_is_no_person_at_a_terminal(review: Proband, keyboard: Keyboard) -> None:
    keyboard.types("a", "q")
    assert "not the name of a person" in review("review", "--as", "agent:writer").err
    assert decided(review.lab) == []


def test_what_changes_while_it_is_shown_is_not_decided(review: Proband, keyboard: Keyboard) -> None:
    def change_and_approve() -> Iterator[str]:
        (review.lab.root / PROPOSAL).write_text(FOLLOW_UP + "# changed\n", encoding="utf-8")
        write_report(review.lab, "Another text.")
        yield from ("a", "r", "too late", "s", "a", "5", "b", "1", "x", "", "q")

    keyboard.types()
    keyboard.lines = change_and_approve()
    answer = review("review")
    assert answer.err.count("has changed since it was shown") == 4
    assert decided(review.lab) == []


def test_report_options_need_a_name_at_a_terminal_too(review: Proband, keyboard: Keyboard) -> None:
    keyboard.types("a", "a")
    assert review("review", "--accept", "--score", "5").code == 2
    assert (keyboard.prompts, decided(review.lab)) == ([], [])


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_with_only_half_a_terminal_nothing_is_asked(
    stream: str, review: Proband, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard.types("a", "a")
    monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: False)
    answer = review("review")
    assert (answer.code, keyboard.prompts, decided(review.lab)) == (0, [], [])
    assert "lr_more" in answer.out


def test_on_a_real_terminal_enter_asks_again_and_ctrl_d_ends(report_lab: Lab) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "proband", "-C", str(report_lab.root), "review"]
    environ = os.environ | {"PYTHONPATH": str(ENGINE)}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, cwd=report_lab.root)
    os.close(theirs)
    output = b""
    for reply in (b"\n", b"\x04"):
        while not output.endswith(b"q quit: "):
            output += os.read(ours, 4096)
        os.write(ours, reply)
        output += os.read(ours, 4096)
    assert process.wait(timeout=120) == 0
    os.close(ours)
    assert output.count(b"1 of 1: a approve") == 2
    assert decided(report_lab) == []
