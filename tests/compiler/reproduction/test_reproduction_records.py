"""Records of reproductions: what is recorded is read back; what was forged, edited or misfits counts for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.reproduction.badge import badge
from compiler.reproduction.read_records import reproductions
from compiler.reproduction.record_files import record_folder
from compiler.reproduction.record_text import decode, encode
from compiler.reproduction.reproduction import Difference, InvalidReproduction
from compiler.reproduction.summary import Summary
from lab.reproduction.records import record
from tests.compiler.reproduction.made_reproductions import MACHINE, OTHER_SHA, reproduction, reproduction_of
from tests.stored_runs import flip_byte, store_run, write_status

CAUSE = Difference("package", "numpy", "2.3.0", "2.4.0")
FAILED: dict[str, Any] = {"result": "different", "cause": CAUSE, "deviations": ("metric accuracy: 0.9, now 0.8",)}


def now() -> datetime:
    return datetime(2030, 6, 1, tzinfo=UTC)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_recorded_reproduction_is_read_back(lab: Lab) -> None:
    run = store_run(lab)
    made = reproduction_of(lab, run, **FAILED, differences=(CAUSE,), notes=("a note",), experiments=("study",))
    assert record(lab, made) == lab.root / f"reproductions/20300301T091500.000000Z-{run}.json"
    summary = reproductions(lab, [run], now)
    assert (summary.counted, summary.damaged) == ((made,), ())


def test_lab_without_records_has_no_reproduction(lab: Lab) -> None:
    summary = reproductions(lab, ["0" * 12], now)
    assert (summary.times, summary.last, summary.result, summary.is_reproduced) == (0, None, None, False)
    assert not reproductions(lab, [], now).is_reproduced


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_survives_its_file(subject: str, lines: list[str]) -> None:
    cause = Difference("code", subject)
    made = reproduction(result="different", cause=cause, deviations=tuple(lines), notes=tuple(lines))
    assert decode(encode(made)) == made


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"run_id": "../../etc"}, "run_id", id="run id that is a path"),
        pytest.param({"at": "yesterday"}, "at", id="time in another form"),
        pytest.param({"status_sha256": "abc"}, "sha256", id="short hash"),
        pytest.param({"tolerance": 1.0}, "tolerance", id="tolerance that accepts everything"),
        pytest.param({"tolerance": float("nan")}, "tolerance", id="tolerance that is no number"),
        pytest.param({"trainings": 0}, "needs a training", id="reproduced without a training"),
        pytest.param({"compared": {"metrics": 0}}, "something that was compared", id="reproduced without a comparison"),
        pytest.param({"machine": None}, "machine", id="reproduced nowhere"),
        pytest.param({"cause": CAUSE}, "cause", id="identical for a cause"),
        pytest.param({"result": "different"}, "cause", id="different without a cause"),
        pytest.param({"deviations": ("metric accuracy",)}, "deviations", id="identical with deviations"),
    ],
)
def test_contradictory_fields_are_no_reproduction(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidReproduction, match=problem):
        reproduction(**changes)


def _edit(file: Path, **changes: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes, indent=2, sort_keys=True) + "\n")


@pytest.mark.parametrize(
    ("forge", "problem"),
    [
        pytest.param(lambda file: _edit(file, trainings=9), "was edited", id="edited value"),
        pytest.param(lambda file: _edit(file, result="identical", cause=None), "identical", id="contradiction"),
        pytest.param(lambda file: _edit(file, result="proven"), "result", id="unknown word"),
        pytest.param(lambda file: _edit(file, trainings="1"), "was edited", id="text for a number"),
        pytest.param(lambda file: _edit(file, more=1), "was edited", id="further field"),
        pytest.param(lambda file: file.write_text(file.read_text() + " "), "was edited", id="further blank"),
        pytest.param(lambda file: file.write_text("{}"), "run_id", id="empty object"),
        pytest.param(lambda file: file.write_text("[]"), "not a JSON object", id="list"),
        pytest.param(lambda file: file.write_bytes(b"\xff"), "not a JSON object", id="no text"),
        pytest.param(lambda file: file.write_text("[" * 100_000), "not a JSON object", id="deep nesting"),
        pytest.param(
            lambda file: file.rename(file.with_name("20300302T000000.000000Z-x.json")), "is a copy", id="copied file"
        ),
    ],
)
def test_forged_file_counts_for_nothing_and_is_named(lab: Lab, forge: Callable[[Path], object], problem: str) -> None:
    run = store_run(lab)
    forge(record(lab, reproduction_of(lab, run, **FAILED)))
    summary = reproductions(lab, [run], now)
    assert summary.counted == ()
    [damaged] = summary.damaged
    assert damaged.file.startswith("reproductions/")
    assert problem in damaged.problem


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"status_sha256": OTHER_SHA}, "another training", id="status of another training"),
        pytest.param({"recorded_provenance": OTHER_SHA}, "another provenance", id="another provenance"),
        pytest.param({"at": "20310101T000000.000000Z"}, "future", id="from the future"),
        pytest.param({"at": "20200101T000000.000000Z"}, "older than the training", id="older than the run"),
    ],
)
def test_record_that_does_not_fit_its_run_counts_for_nothing(lab: Lab, changes: dict[str, Any], problem: str) -> None:
    run = store_run(lab)
    record(lab, reproduction_of(lab, run, **changes))
    summary = reproductions(lab, [run], now)
    assert (summary.counted, summary.times) == ((), 0)
    assert problem in summary.damaged[0].problem


def test_record_counts_no_more_if_its_run_was_changed_or_is_gone(lab: Lab) -> None:
    run = store_run(lab)
    record(lab, reproduction_of(lab, run))
    assert reproductions(lab, [run], now).times == 1
    flip_byte(lab.run(run) / "provenance.json")
    assert "another provenance" in reproductions(lab, [run], now).damaged[0].problem
    write_status(lab, run, {"attempt": 2})
    assert "another training" in reproductions(lab, [run], now).damaged[0].problem
    lab.status(run).unlink()
    assert "not in the run store" in reproductions(lab, [run], now).damaged[0].problem


def test_folder_that_is_a_link_is_not_read_or_written(lab: Lab, tmp_path: Path) -> None:
    run = store_run(lab)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    record_folder(lab).symlink_to(elsewhere)
    with pytest.raises(NotADirectoryError):
        record(lab, reproduction_of(lab, run))
    assert [file.file for file in reproductions(lab, [run], now).damaged] == ["reproductions"]


def test_summary_counts_what_every_run_has(lab: Lab) -> None:
    first, second = store_run(lab), store_run(lab, seed=1)
    record(lab, reproduction_of(lab, first, at="20300301T000001.000000Z"))
    record(lab, reproduction_of(lab, first, at="20300301T000002.000000Z", result="within_tolerance"))
    summary = reproductions(lab, [first, second], now)
    assert (summary.times, summary.is_reproduced, summary.reproduced_runs) == (0, False, (first,))
    record(lab, reproduction_of(lab, second, at="20300301T000003.000000Z"))
    summary = reproductions(lab, [first, second], now)
    assert (summary.times, summary.is_reproduced, summary.result) == (1, True, "within_tolerance")
    assert summary.last is not None
    assert summary.last.run_id == second


def test_latest_reproduction_decides(lab: Lab) -> None:
    run = store_run(lab)
    record(lab, reproduction_of(lab, run, at="20300301T000001.000000Z"))
    record(lab, reproduction_of(lab, run, at="20300301T000002.000000Z", **FAILED))
    summary = reproductions(lab, [run], now)
    assert (summary.times, summary.is_reproduced, summary.result) == (1, False, "different")


def test_run_without_provenance_can_have_a_record(lab: Lab) -> None:
    run = store_run(lab)
    (lab.run(run) / "provenance.json").unlink()
    record(lab, reproduction(run, status_sha256=sha256_of_file(lab.status(run)), recorded_provenance=None))
    assert reproductions(lab, [run], now).times == 1


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param(
            FAILED,
            "reproduced in part: 2 of 3 completed runs repeated: 1 agrees, 1 differs (run {run} at 2030-03-01 09:15 UTC "
            "on {machine}: package: numpy: recorded 2.3.0, now 2.4.0), 1 not repeated; "
            "last 2030-03-02 10:15 UTC on {machine}; result: identical",
            id="another package",
        ),
        pytest.param(
            FAILED | {"cause": Difference("code", "own.py")},
            "reproduced in part: 1 of 3 completed runs repeated: 1 agrees, 2 not repeated; "
            "last 2030-03-02 10:15 UTC on {machine}; result: identical; 1 repetition used other code",
            id="other code",
        ),
        pytest.param(
            FAILED | {"cause": Difference("code", "the commit is gone"), "trainings": 0, "result": "not_reproducible"},
            "reproduced in part: 1 of 3 completed runs repeated: 1 agrees, 1 could not be repeated (run {run} at "
            "2030-03-01 09:15 UTC on {machine}: code: the commit is gone), 1 not repeated; "
            "last 2030-03-02 10:15 UTC on {machine}; result: identical",
            id="recorded code is gone",
        ),
    ],
)
def test_badge_states_each_result_with_its_own_run_and_time(changes: dict[str, Any], line: str) -> None:
    earlier, later, third = "a" * 12, "b" * 12, "c" * 12
    made = (reproduction(earlier, **changes), reproduction(later, at="20300302T101500.000000Z"))
    assert badge(Summary((earlier, later, third), made)) == line.format(run=earlier, machine=MACHINE)


def test_repetition_with_other_code_does_not_undo_an_earlier_one(lab: Lab) -> None:
    run = store_run(lab)
    record(lab, reproduction_of(lab, run, at="20300301T000001.000000Z"))
    record(lab, reproduction_of(lab, run, at="20300301T000002.000000Z", **FAILED | {"cause": Difference("code", "x")}))
    summary = reproductions(lab, [run], now)
    assert (summary.times, summary.is_reproduced, len(summary.other_code)) == (1, True, 1)
    assert badge(summary).endswith("result: identical; 1 repetition used other code")
