"""Measure tables one after another. A table that fails does not lose the others, or its own earlier rows."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from compiler.base.json_files import write_text
from tests.bench.harness.bench_context import QUICK, Bench
from tests.bench.harness.machine import busy_percent, commit, load_average, machine, reference_seconds
from tests.bench.harness.page import page
from tests.bench.harness.results_file import MeasuredTable, ordered, read_tables, write_tables
from tests.bench.harness.rows import Item, Row, not_measured

PAGE, RESULTS = "bench.md", "bench.json"


class Measurable(Protocol):
    """A table that can be measured."""

    @property
    def title(self) -> str: ...
    @property
    def measure(self) -> Callable[[Bench], Iterator[Item]]: ...


def run_tables(bench: Bench, names: Sequence[str], tables: Mapping[str, Measurable]) -> bool:
    """Measure the named tables, and write page and results after each row. Return whether all rows were measured."""
    measured = read_tables(bench.folder / RESULTS)
    succeeded = [_run_table(bench, name, tables, measured) for name in names]
    return all(succeeded)


def _run_table(bench: Bench, name: str, tables: Mapping[str, Measurable], measured: dict[str, MeasuredTable]) -> bool:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    table = MeasuredTable(
        tables[name].title,
        now,
        machine(),
        commit(),
        load_average(),
        busy_percent(),
        reference_seconds(),
        bench.sizes is QUICK,
    )
    measured[name] = table
    start = time.perf_counter()
    print(f"\n{table.title}", flush=True)
    try:
        for item in tables[name].measure(bench):
            table.items.append(item)
            _print(item)
            table.seconds = time.perf_counter() - start
            _write(bench, tables, measured)
    except Exception as failure:
        traceback.print_exc()
        table.items.append(not_measured("the rest of this table", "all rows", failure))
    table.seconds = time.perf_counter() - start
    _write(bench, tables, measured)
    print(f"{table.seconds:.0f} s", flush=True)
    return all(row.is_measured for row in table.rows)


def _write(bench: Bench, tables: Mapping[str, Measurable], measured: Mapping[str, MeasuredTable]) -> None:
    in_order = ordered(measured, tables)
    write_tables(bench.folder / RESULTS, in_order)
    write_text(bench.folder / PAGE, page(in_order))


def _print(item: Item) -> None:
    if isinstance(item, Row):
        reached = {True: "reached", False: "NOT reached", None: ""}[item.reached]
        print(f"  {item.name}: {item.result} {item.goal} {reached}".rstrip(), file=sys.stdout, flush=True)
