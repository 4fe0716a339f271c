"""Format facts as a terminal table, for `proband facts`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from agents.facts.fact import Fact
from agents.facts.number_format import format_fact


def facts_table(facts: Iterable[Fact]) -> Table:
    """Return a table grouped by subject, in order of first occurrence. Ids are shown without their subject."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("fact", overflow="fold")
    table.add_column("value", overflow="fold")
    table.add_column("unit", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("source", overflow="fold", style="dim")
    for subject, members in _by_subject(facts).items():
        table.add_row(Text(subject, style="bold"))
        for fact in members:
            table.add_row(*_row(fact))
        table.add_row()
    return table


def _by_subject(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.subject, []).append(fact)
    return groups


def _row(fact: Fact) -> list[Text]:
    """Return the cells as `Text`, because rich would read the brackets of ids as markup."""
    name = fact.id.removeprefix(f"{fact.subject}.")
    return [Text(f"  {name}"), *(Text(cell) for cell in (format_fact(fact), fact.unit, str(fact.n), fact.source.file))]
