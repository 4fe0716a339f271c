"""Facts as a table for a terminal: what `proband facts` prints."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from agents.facts.fact import Fact
from agents.facts.number_format import shown


def facts_table(facts: Iterable[Fact]) -> Table:
    """Grouped by subject, in the order in which subjects first come; below its subject an id is told without it."""
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
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.subject, []).append(fact)
    return found


def _row(fact: Fact) -> list[Text]:
    """As text, which rich does not read as markup: ids have brackets."""
    name = fact.id.removeprefix(f"{fact.subject}.")
    return [Text(f"  {name}"), *(Text(cell) for cell in (shown(fact), fact.unit, str(fact.n), fact.source.file))]
