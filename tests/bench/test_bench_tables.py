"""The harness keeps what was measured when a row or a table fails, and tells goals that are not reached."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from tests.bench.__main__ import main
from tests.bench.harness.bench_context import QUICK, Bench
from tests.bench.harness.machine import processor
from tests.bench.harness.page import page
from tests.bench.harness.results_file import ordered, read_tables
from tests.bench.harness.rows import Item, Note, Row, measured_or_reason
from tests.bench.harness.run_tables import PAGE, RESULTS, run_tables
from tests.bench.tables.all_tables import TABLES as ALL_TABLES


@dataclass(frozen=True)
class Table:
    title: str
    measure: Callable[[Bench], Iterator[Item]]


def _good(_: Bench) -> Iterator[Item]:
    yield Row("fast", "1.0 s", "≤ 2 s", True, {"seconds": 1.0})
    yield Row("slow", "3.0 s", "≤ 2 s", False)
    yield Row("size", "7 MB")
    yield Note("A note.\n")


def _failing(_: Bench) -> Iterator[Item]:
    yield Row("before", "1.0 s", "≤ 2 s", True)
    raise RuntimeError("the peer | is missing")


TABLES = {"good": Table("Good rows", _good), "failing": Table("Failing", _failing)}


@pytest.fixture(autouse=True)
def _idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.harness.run_tables.busy_percent", lambda: 1.0)
    monkeypatch.setattr("tests.bench.harness.run_tables.reference_seconds", lambda: 0.3)


def _bench(folder: Path) -> Bench:
    return Bench(folder / "scratch", folder, QUICK)


def test_a_failing_table_keeps_its_rows_and_the_other_tables(tmp_path: Path) -> None:
    assert not run_tables(_bench(tmp_path), ["failing", "good"], TABLES)
    lines = (tmp_path / PAGE).read_text(encoding="utf-8").splitlines()
    assert "| before | 1.0 s | ≤ 2 s | yes |" in lines
    failure = "not measured: RuntimeError: the peer / is missing"
    assert f"| the rest of this table | {failure} | all rows | no |" in lines
    assert "| slow | 3.0 s | ≤ 2 s | no |" in lines
    assert "| size | 7 MB |  |  |" in lines
    assert "2 of 4 goals are reached. 1 could not be measured." in lines


def test_a_table_that_is_measured_again_replaces_only_itself(tmp_path: Path) -> None:
    run_tables(_bench(tmp_path), ["good", "failing"], TABLES)
    before = read_tables(tmp_path / RESULTS)
    assert run_tables(_bench(tmp_path), ["failing"], {**TABLES, "failing": Table("Mended", _good)})
    after = read_tables(tmp_path / RESULTS)
    assert after["good"] == before["good"]
    assert after["failing"].rows == after["good"].rows


def test_a_row_that_cannot_be_measured_has_not_reached_its_goal() -> None:
    def fail() -> Row:
        raise OSError("no such file")

    row = measured_or_reason("run", "≥ 5 times faster", fail)
    assert (row.goal, row.reached) == ("≥ 5 times faster", False)
    assert "no such file" in row.result


@pytest.mark.parametrize(
    ("content", "expected"),
    [("processor : 0\nmodel name\t: Xeon 8\nmodel name\t: Xeon 8\n", "Xeon 8")],
    ids=["linux"],
)
def test_the_processor_is_named(content: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(content, encoding="utf-8")
    assert processor(file) == expected


def test_tiny_sizes_and_a_busy_machine_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.harness.run_tables.busy_percent", lambda: 60.0)
    run_tables(_bench(tmp_path), ["good"], TABLES)
    text = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "**Tiny sizes, to test the table: these are not results.**" in text
    assert "**The machine was busy: " in text


def test_tiny_sizes_are_not_written_to_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--folder", str(ENGINE / "docs/../docs")])
    with pytest.raises(SystemExit) as error:
        main()
    assert error.value.code == 2


def test_the_page_is_made_from_the_results() -> None:
    measured = ordered(read_tables(ENGINE / "docs" / RESULTS), ALL_TABLES)
    assert (ENGINE / "docs" / PAGE).read_text(encoding="utf-8") == page(measured)
    assert not any(table.is_quick for table in measured.values())
