"""Write the page of the benchmarks from the measured tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.bench.harness.results_file import MeasuredTable
from tests.bench.harness.rows import Row

_HEAD = """\
# Benchmarks

`make bench` measures all tables and writes [bench.json](bench.json), from which this page is made.
`python -m tests.bench NAME…` measures some tables and keeps the others. Wall time depends on other load of the machine,
so each table states how busy it was before, and the time of a fixed loop in Python, by which the speed of two days can
be compared. Seconds are processor seconds of a command and of all processes that it starts, unless they are called wall
time. Memory is that of the largest process. A goal that is not reached stays in its table.

"""
_BUSY = 15  # percent of the processor from which a table is marked
_REACHED = {True: "yes", False: "no", None: ""}


def page(tables: Mapping[str, MeasuredTable]) -> str:
    """Return the page in Markdown. The tables are in the order of the mapping."""
    head = _HEAD + _summary(tables.values()) + "\n" + _machines(tables)
    return head + "".join(_section(name, table) for name, table in tables.items())


def _summary(tables: Iterable[MeasuredTable]) -> str:
    rows = [row for table in tables for row in table.rows if row.goal]
    reached, missing = sum(bool(row.reached) for row in rows), sum(not row.is_measured for row in rows)
    text = f"{reached} of {len(rows)} goals are reached."
    return text + (f" {missing} could not be measured.\n" if missing else "\n")


def _machines(tables: Mapping[str, MeasuredTable]) -> str:
    """Return a line for each machine, with the names of its tables if there are several machines."""
    names_by_machine: dict[str, list[str]] = {}
    for name, table in tables.items():
        names_by_machine.setdefault(_machine(table.machine), []).append(name)
    lines = [
        f"- {machine}" + (f" (tables: {', '.join(names)})" if len(names_by_machine) > 1 else "")
        for machine, names in names_by_machine.items()
    ]
    return "Measured on:\n\n" + "\n".join(lines) + "\n"


def _machine(values: Mapping[str, str]) -> str:
    first = f"{values['processor']}, {values['cores']} cores, {values['memory']}, {values['system']}"
    versions = [f"{name} {value}" for name, value in sorted(values.items()) if name not in _OF_HARDWARE]
    return f"{first}; {', '.join(versions)}"


_OF_HARDWARE = ("processor", "cores", "memory", "system")


def _section(name: str, table: MeasuredTable) -> str:
    text = f"\n## {table.title}\n\n"
    text += f"Table `{name}`, commit {table.commit}, measured at {table.measured_at} in {table.seconds:.0f} s. Load"
    text += (
        f" average before it {table.load_average:.2f}, other programs used {table.busy_percent:.0f}% of the processor;"
    )
    text += f" the reference loop took {table.reference_seconds:.2f} s.\n\n"
    if table.is_quick:
        text += "**Tiny sizes, to test the table: these are not results.**\n\n"
    if table.busy_percent > _BUSY:
        text += "**The machine was busy: wall times and ratios of wall times are not reliable.**\n\n"
    text += "| measurement | result | goal | reached |\n|---|---|---|---|\n"
    text += "".join(map(_line, table.rows))
    return text + "".join(f"\n{note.text}" for note in table.notes)


def _line(row: Row) -> str:
    return f"| {row.name} | {row.result} | {row.goal} | {_REACHED[row.reached]} |\n"
