"""Render items as text for people. Texts of agents are quoted line by line, so that they cannot imitate other lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from compiler.base.printable import printable, printable_line
from compiler.plan.genealogy_entry import Modification
from compiler.view.render import difference_table
from compiler.view.rich_output import new_table
from lab.review.item import Item

_MAX_LINES = 30  # of a quoted text
_MAX_WHAT = 90  # characters in the list
_SHORT_HASH = 12


def items_table(items: Sequence[Item]) -> RenderableType:
    if not items:
        return Text("nothing waits for a decision")
    table = new_table("kind", "name", "sha256", "what", "notes")
    for item in items:
        notes = [*item.problems, *filter(None, [item.state_line]), *item.notes]
        row = (item.subject.kind, item.name, item.subject.sha256[:_SHORT_HASH], _short(item.what), "; ".join(notes))
        table.add_row(*map(printable_line, row))
    return table


def item_view(item: Item) -> RenderableType:
    """Return everything that a person needs to decide about an item."""
    head = Text.assemble((item.name, "bold"), f"  {item.subject.kind}  {item.file}  sha256 {item.subject.sha256}")
    parts: list[RenderableType] = [head]
    if item.state_line:
        parts.append(Text(printable_line(item.state_line), "yellow"))
    parts += [Text(printable_line(f"cannot be approved: {problem}"), "red") for problem in item.problems]
    parts += [Text(printable_line(note), "yellow") for note in item.notes]
    parts += _quoted("what", item.what)
    parts += _quoted("why", item.why)
    parts += _experiment_parts(item)
    return Group(*parts)


def _experiment_parts(item: Item) -> Iterator[RenderableType]:
    details = item.details
    if "modifications" not in details:
        return
    yield from _quoted("hypothesis", str(details["hypothesis"]))
    yield from _quoted("question", str(details["research_question"]))
    for claim in details["claims"]:
        yield from _quoted("tested claim", claim)
    yield Text(printable_line(f"cost: {details['cost']}"))
    if details["power"]:
        yield Text(printable_line(f"power: {details['power']}"))
    changes = [Modification.from_json(change) for change in details["modifications"]]
    yield Text(f"changes of the config from {details['parent']}:")
    yield _indented(difference_table(str(details["parent"]), item.name, changes))


def _quoted(title: str, text: str) -> Iterator[Text]:
    """Yield a title and a text, each line of which begins with a bar."""
    lines = printable(text.replace("\r", "\n").replace("\t", " ")).strip().splitlines()
    if not lines:
        return
    yield Text(f"{title}:")
    yield from (Text(f"  | {line}") for line in lines[:_MAX_LINES])
    if len(lines) > _MAX_LINES:
        yield Text(f"  ({len(lines) - _MAX_LINES} more lines are in the file)")


def _indented(content: RenderableType) -> Table:
    table = Table.grid(padding=(0, 0, 0, 2))
    table.add_row("", content)
    return table


def _short(text: str) -> str:
    line = printable_line(text)
    return line if len(line) <= _MAX_WHAT else f"{line[: _MAX_WHAT - 1]}…"
