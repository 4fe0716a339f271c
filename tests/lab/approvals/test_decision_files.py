"""Files of decisions: what is recorded is read back, and what was forged, edited or damaged counts for nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler.base.paths import Lab
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import CannotRecord, read_decisions, record
from lab.approvals.decision_text import decode, encode
from lab.approvals.file_names import file_name
from lab.approvals.subject import InvalidDecision
from tests.lab.approvals.made_decisions import OTHER_SHA, POLICY, SHA, TIME, decision, subject


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_recorded_decision_is_read_back(lab: Lab) -> None:
    report = {"kind": "report", "name": "digits_lr/technical_report"}
    made = decision(
        "returned", why="See below.", remarks=("Say n: ${n}", "a\n- b"), score=2, answers={"n?": "="}, **report
    )
    file = record(lab, made)
    assert file == lab.root / "approvals/20260301T091500.000000Z-returned-report-digits_lr-technical_report.yaml"
    assert read_decisions(lab).recorded == (made,)
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert content["by"] == {"kind": "person", "name": "Rosa Ahlström", "email": "rosa@example.org", "source": "git"}
    assert content["subjects"] == [{**report, "sha256": SHA}]


def test_lab_without_decisions_has_none(lab: Lab) -> None:
    assert read_decisions(lab).recorded == read_decisions(lab).damaged == ()


@given(st.text(), st.lists(st.text(min_size=1).filter(str.strip)), st.dictionaries(st.text(), st.text()))
def test_any_text_survives_its_file(why: str, remarks: list[str], answers: dict[str, str]) -> None:
    report = {"kind": "report", "name": "digits_lr/technical_report"}
    made = decision(why=why, remarks=tuple(remarks), answers=answers, **report)
    assert decode(encode(made)) == made
    assert decode(encode(made).replace(b"\n", b"\r\n")) == made
    assert encode(made).decode().replace("\n", "").isprintable()


def test_clock_that_steps_back_keeps_the_order(lab: Lab) -> None:
    times = [datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(seconds=s) for s in (0, 0, -3600, 0, 1)]
    files = [record(lab, decision(at=timestamp(time), why=str(number))) for number, time in enumerate(times)]
    assert [file.name for file in files] == sorted(file.name for file in files)
    assert [made.why for made in read_decisions(lab).recorded] == ["0", "1", "2", "3", "4"]


def test_many_processes_record_every_decision(lab: Lab) -> None:
    with ThreadPoolExecutor(8) as pool:
        files = set(pool.map(lambda number: record(lab, decision(why=str(number))), range(40)))
    assert len(files) == len(read_decisions(lab).recorded) == 40


def test_damaged_name_in_the_future_does_not_move_later_decisions(lab: Lab) -> None:
    lab.approvals.mkdir()
    (lab.approvals / "99990101T000000.000000Z-approved-experiment-x.yaml").write_bytes(b"")
    assert record(lab, decision()).name.startswith("20260301T091500.000000Z")


def _edit(old: str, new: str) -> Callable[[Path], None]:
    def edit(file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _write(content: bytes) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(content) and None


def _append(content: bytes) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(file.read_bytes() + content) and None


def _copy_elsewhere(file: Path) -> None:
    file.rename(file.with_name(f"20270101T000000.000000Z{file.name[23:]}"))


def _link(file: Path) -> None:
    outside = file.parent.parent / "outside.yaml"
    file.rename(outside)
    file.symlink_to(outside)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _policy_approves(file: Path) -> None:
    admitted = encode(decision("admitted", POLICY)).decode()
    file.write_text(admitted.replace('"admitted"', '"approved"'), encoding="utf-8")


@pytest.mark.parametrize(
    ("forge", "problem"),
    [
        pytest.param(_edit(SHA, OTHER_SHA), "was edited", id="other content"),
        pytest.param(_edit("digits_lr", "digits_mlp"), "was edited", id="other experiment"),
        pytest.param(_edit('"experiment"', '"publication"'), "was edited", id="other kind"),
        pytest.param(_edit("Rosa", "Eva"), "was edited", id="other person"),
        pytest.param(_edit("Rosa Ahlström", "agent:x"), "by: ", id="agent as person"),
        pytest.param(_edit("Rosa", "Rosa\\n"), "control characters", id="line break in the name"),
        pytest.param(_policy_approves, "by: only a person", id="policy approves"),
        pytest.param(_edit("Do not edit", "Edited"), "was edited", id="comment"),
        pytest.param(_append(b'outcome: "approved"\n'), "was edited", id="repeated key"),
        pytest.param(_append(b"note: x\n"), "was edited", id="further field"),
        pytest.param(_append(b"---\na: b\n"), "is not YAML", id="two documents"),
        pytest.param(_edit('"approved"', "!!python/name:os.system"), "is not YAML", id="python tag"),
        pytest.param(_edit("subjects:", "subjects: null\nx:"), "wrong type", id="no subjects"),
        pytest.param(_edit("sha256", "sha1"), "wrong type", id="no sha256"),
        pytest.param(_edit("how: ", "hw: "), "has no field 'how'", id="missing field"),
        pytest.param(_edit('"2026', "2026"), "at: ", id="quote missing"),
        pytest.param(_write(b""), "wrong type", id="empty"),
        pytest.param(_write(b"[" * 100_000), "is not YAML", id="deep nesting"),
        pytest.param(_write(b"\xff\xfe\x00"), "is not UTF-8", id="not UTF-8"),
        pytest.param(_write(b"x" * 1_000_001), "is larger", id="large"),
        pytest.param(_copy_elsewhere, "is a copy of 2026", id="renamed"),
        pytest.param(_link, "is a link", id="link"),
        pytest.param(_pipe, "is not a plain file", id="pipe"),
        pytest.param(_folder, "Is a directory", id="folder"),
    ],
)
def test_forged_file_is_named_and_counts_for_nothing(lab: Lab, forge: Callable[[Path], None], problem: str) -> None:
    kept = decision("rejected", why="No.", name="other")
    file = record(lab, decision())
    record(lab, kept)
    forge(file)
    decisions = read_decisions(lab)
    assert [made.subjects for made in decisions.recorded] == [kept.subjects]  # one bad file does not hide the others
    assert len(decisions.damaged) == 1
    assert decisions.damaged[0].file.startswith("approvals/202")
    assert problem in decisions.damaged[0].problem


def test_copy_of_a_decision_counts_once(lab: Lab) -> None:
    file = record(lab, decision())
    file.with_name(file.name.replace("experiment", "publication")).write_bytes(file.read_bytes())
    decisions = read_decisions(lab)
    assert len(decisions.recorded) == 1
    assert "is a copy of" in str(decisions.damaged[0])


def test_decision_of_the_future_counts_for_nothing(lab: Lab) -> None:
    record(lab, decision())
    early = read_decisions(lab, lambda: decision().time - timedelta(days=2))
    assert early.recorded == ()
    assert "in the future" in early.damaged[0].problem
    assert read_decisions(lab, lambda: decision().time - timedelta(hours=2)).recorded  # a clock that was set back


@pytest.mark.parametrize("name", ["README.md", "allowed_signers", ".hidden.yaml", "x.yaml.sig", "x.yaml~"])
def test_other_files_are_no_decisions(lab: Lab, name: str) -> None:
    lab.approvals.mkdir()
    (lab.approvals / name).write_text("x", encoding="utf-8")
    assert read_decisions(lab).damaged == ()


def test_folder_that_cannot_be_written_is_an_error_with_its_remedy(lab: Lab) -> None:
    lab.approvals.write_text("a file", encoding="utf-8")
    with pytest.raises(CannotRecord, match=r"approvals: the decision cannot be recorded: .*\(give write access"):
        record(lab, decision())
    assert read_decisions(lab).damaged


def test_linked_folder_is_refused(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    lab.approvals.symlink_to(tmp_path / "outside")
    with pytest.raises(CannotRecord, match="link"):
        record(lab, decision())
    assert "link" in read_decisions(lab).damaged[0].problem
    assert not list((tmp_path / "outside").iterdir())


def test_file_name_has_the_time_the_outcome_and_the_first_subject() -> None:
    made = Decision((subject(name="b"), subject(name="a")), "approved", decision().by, TIME, "snakemake")
    assert file_name(made) == "20260301T091500.000000Z-approved-experiment-b.yaml"
    with pytest.raises(InvalidDecision):
        decode(b"- list\n")
