"""Format a verification as a table: one row for each check, and a line for each problem and note."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules.verification.check import LIMITS, Check, Verification

_MAX_LISTED = 20  # lines of one check; `--json` lists all


def verification_table(verification: Verification) -> RenderableType:
    table = Table("check", "checked", "result", box=None, pad_edge=False)
    for check in verification.checks:
        table.add_row(Text(check.name), Text(f"{check.count} {check.unit}"), _result(check))
    lines = [line for check in verification.checks for line in _lines(check)]
    verdict = "everything that was checked holds" if verification.holds else "not everything holds"
    return Group(table, *lines, Text(f"{verdict}. {LIMITS}", "dim"))


def _result(check: Check) -> Text:
    if check.problems:
        count = len(check.problems)
        return Text(f"{count} problem{'s' if count > 1 else ''}", "red")
    return Text("holds", "green") if check.count else Text("not checked", "dim")


def _lines(check: Check) -> Iterator[Text]:
    for lines, style in ((check.problems, "red"), (check.notes, "dim")):
        yield from (Text(line, style) for line in lines[:_MAX_LISTED])
        if len(lines) > _MAX_LISTED:
            yield Text(f"and {len(lines) - _MAX_LISTED} more (--json lists all)", style)
