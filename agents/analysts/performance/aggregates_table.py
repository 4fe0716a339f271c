"""Build the table of interquartile means over the blocks of the registered test, by contrast."""

from __future__ import annotations

from collections.abc import Container, Iterator

from agents.analysts.shared.table_cells import fact_cell
from agents.context.case import Case
from agents.documents.document import Table
from agents.facts.subject import parse_fact_id

TABLE = "aggregates"
_COLUMNS = {
    "Blocks": ("{}", ("blocks",)),
    "Interquartile mean": ("{}", ("iqm_treatment",)),
    "Control": ("{}", ("iqm_control",)),
    "Difference": ("{}", ("iqm_difference",)),
    "Limits of the difference": ("{} to {}", ("iqm_low", "iqm_high")),
}


def aggregates_table(case: Case) -> tuple[Table, ...]:
    """Return the table, none if no contrast is compared within several blocks."""
    facts = case.book.facts
    prefixes = [name.removesuffix(".blocks") for name in facts if _is_aggregate(name)]
    if not prefixes:
        return ()
    rows = tuple((_treatment(prefix), *_cells(facts, prefix)) for prefix in prefixes)
    caption = (
        "Interquartile means of {{f:test.metric}} over the runs of all blocks, by treatment. Limits are not "
        "adjusted for the number of contrasts."
    )
    columns = ("{{spec:compare.factor}}", *_COLUMNS)
    return (Table(id=TABLE, caption=caption, columns=columns, rows=rows, numeric=(False, *(True for _ in _COLUMNS))),)


def _cells(fact_ids: Container[str], prefix: str) -> Iterator[str]:
    for cell, names in _COLUMNS.values():
        yield cell.format(*(fact_cell(fact_ids, f"{prefix}.{name}") for name in names))


def _is_aggregate(fact_id: str) -> bool:
    parsed = parse_fact_id(fact_id)
    return parsed.prefix == "aggregate" and fact_id.endswith(".blocks")


def _treatment(prefix: str) -> str:
    """Return the placeholder of the level of the treatment."""
    subject = parse_fact_id(prefix).subject
    treatment = subject.settings[0] if subject else ""
    return f"{{{{f:arm[{treatment}].level}}}}"
