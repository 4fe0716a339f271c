"""Write the page of the benchmarks from the measured tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.bench.harness.results_file import MeasuredTable
from tests.bench.harness.rows import Row

_HEAD = """\
# Benchmarks

`make bench` measures all tables and writes this page and [bench.json](bench.json). `python -m tests.bench NAME…`
measures some of them and keeps the others. Wall time depends on other load of the machine, so the load average before
each table is stated, and the time of a fixed loop in Python, by which the speed of two days can be compared. Seconds
are processor seconds of a command and of all processes that it starts, unless they are called wall time. A goal that
is not reached stays in its table.

"""
_REACHED = {True: "yes", False: "no", None: ""}


def page(tables: Mapping[str, MeasuredTable]) -> str:
    """Return the page in Markdown. The tables are in the order of the mapping."""
    head = _HEAD + _summary(tables.values()) + "\n" + _machines(tables)
    return head + "".join(_section(name, table) for name, table in tables.items())


def _summary(tables: Iterable[MeasuredTable]) -> str:
    goals = [row.reached for table in tables for row in table.rows if row.goal]
    return f"{sum(map(bool, goals))} of {len(goals)} goals are reached.\n"


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
    versions = [f"{name} {value}" for name, value in values.items() if name not in _OF_HARDWARE]
    return f"{first}; {', '.join(versions)}"


_OF_HARDWARE = ("processor", "cores", "memory", "system")


def _section(name: str, table: MeasuredTable) -> str:
    text = f"\n## {table.title}\n\n"
    text += f"Table `{name}`, measured at {table.measured_at} in {table.seconds:.0f} s; load average before it"
    text += f" {table.load_average:.2f}; the reference loop took {table.reference_seconds:.2f} s.\n\n"
    text += "| measurement | result | goal | reached |\n|---|---|---|---|\n"
    text += "".join(map(_line, table.rows))
    return text + "".join(f"\n{note.text}" for note in table.notes)


def _line(row: Row) -> str:
    return f"| {row.name} | {row.result} | {row.goal} | {_REACHED[row.reached]} |\n"
