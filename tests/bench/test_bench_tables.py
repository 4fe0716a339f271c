"""The harness keeps what was measured when a row or a table fails, and tells goals that are not reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.harness.bench_context import QUICK, Bench
from tests.bench.harness.machine import processor
from tests.bench.harness.results_file import read_tables
from tests.bench.harness.rows import Item, Note, Row, measured_or_reason
from tests.bench.harness.run_tables import PAGE, RESULTS, run_tables


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
    assert "2 of 4 goals are reached." in lines


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
