"""The section on groups of test items: the metric of each arm by group, and its range over the groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.documents.document import Block, Paragraph, Section, Table
from agents.facts.subject import parse_fact_id
from agents.writers.shared.case_view import NONE, CaseView
from agents.writers.shared.template_text import fact, ref

_PREFIX = "groups"


def groups_sections(view: CaseView) -> Iterator[Section]:
    """Yield the section if the data declare group columns."""
    columns = _columns(view)
    if columns:
        blocks = tuple(block for column, arms in columns.items() for block in _blocks(view, column, arms))
        yield Section(id="groups", title="Groups of test items", blocks=(_method(), *blocks))


def _columns(view: CaseView) -> Mapping[str, Sequence[str]]:
    """Return the subjects of the arms that were evaluated by each column."""
    columns: dict[str, list[str]] = {}
    for fact_id in map(parse_fact_id, view.case.book.facts):
        column, _, name = fact_id.name.partition(".")
        if fact_id.prefix == _PREFIX and fact_id.subject is not None and name == "column":
            columns.setdefault(column, []).append(str(fact_id.subject))
    return columns


def _method() -> Paragraph:
    text = (
        "The test items are grouped by columns that the data declare. The confidence intervals of the means cover the "
        "variation between test items and, for arms with several runs, between runs. The range is the maximum minus "
        "the minimum of the means. It is biased upwards, because both groups are selected by their means. Its "
        "confidence interval allows for this selection: it follows from simultaneous confidence intervals of all "
        "pairs of groups. Groups with few items have no interval and are in no range. Items without a value of the "
        "column are listed and not compared. None of these values is a registered test."
    )
    return Paragraph(text=text, is_required=True)


def _blocks(view: CaseView, column: str, arms: Sequence[str]) -> Iterator[Block]:
    prefixes = {arm: f"{_PREFIX}.{arm}.{column}" for arm in arms}
    name, number = fact(f"{prefixes[arms[0]]}.column"), list(_columns(view)).index(column) + 1
    for prefix in prefixes.values():
        if view.has(f"{prefix}.reason"):
            yield Paragraph(text=f"There are no means by {name}: {fact(f'{prefix}.reason')}.", is_required=True)
            return
    table, ranges = f"groups-{_letter(number)}", f"ranges-{_letter(number)}"
    yield Paragraph(text=f"{ref(table)} lists the means by {name}, and {ref(ranges)} their ranges.")
    yield _means(view, table, name, prefixes)
    yield _ranges(view, ranges, name, prefixes)


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26] * (1 + (number - 1) // 26)


def _means(view: CaseView, table: str, column: str, prefixes: Mapping[str, str]) -> Table:
    rows = tuple(
        (fact(f"{arm}.level"), *_group_row(view, f"{prefix}.{group}"))
        for arm, prefix in prefixes.items()
        for group in _groups(view, prefix)
    )
    return Table(
        id=table,
        caption=f"Mean {fact('experiment.metric')} of the test items by {column}, over the completed runs of each arm.",
        columns=("Arm", "Group", "Items", "Mean", "Confidence interval"),
        rows=rows,
        numeric=(False, False, True, True, True),
    )


def _groups(view: CaseView, prefix: str) -> list[str]:
    numbers = [str(number) for number in range(1, view.count(f"{prefix}.count") + 1)]
    return [*numbers, *(["missing"] if view.has(f"{prefix}.missing.items") else [])]


def _group_row(view: CaseView, prefix: str) -> tuple[str, ...]:
    name = fact(f"{prefix}.name") if view.has(f"{prefix}.name") else "no value"
    return (name, fact(f"{prefix}.items"), view.cell(f"{prefix}.{view.metric}"), _interval(view, f"{prefix}.", ""))


def _ranges(view: CaseView, table: str, column: str, prefixes: Mapping[str, str]) -> Table:
    rows = tuple(
        (
            fact(f"{arm}.level"),
            *(view.cell(f"{prefix}.{name}") for name in ("highest", "lowest", "gap")),
            _interval(view, f"{prefix}.", "gap_"),
            view.cell(f"{prefix}.runs"),
        )
        for arm, prefix in prefixes.items()
    )
    level = next((f"{prefix}.confidence" for prefix in prefixes.values() if view.has(f"{prefix}.confidence")), "")
    interval = f", with simultaneous {fact(level)} confidence intervals" if level else ""
    return Table(
        id=table,
        caption=f"Range of the mean {fact('experiment.metric')} over the groups of {column}{interval}.",
        columns=("Arm", "Group with the maximum", "Group with the minimum", "Range", "Confidence interval", "Runs"),
        rows=rows,
        numeric=(False, False, False, True, True, True),
    )


def _interval(view: CaseView, prefix: str, name: str) -> str:
    limits = [f"{prefix}{name}{end}" for end in ("low", "high")]
    return " to ".join(map(fact, limits)) if all(map(view.has, limits)) else NONE
