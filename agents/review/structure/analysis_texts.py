"""Collect the texts of an analysis by slot, as `agents.documents.slots` does for a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.merge_analyses import Integration
from agents.documents.document import Table

_INTEGRATION_LISTS = (
    "agreed",
    "disagreements",
    "anomalies",
    "open_questions",
    "limitations",
    "failures",
    "recommendations",
)


def analysis_texts(analysis: Analysis) -> dict[str, str]:
    """Return every template text that is not empty, by slot, such as `findings.0.text`."""
    return {slot: text for slot, text in _analysis_texts(analysis) if text}


def integration_texts(integration: Integration) -> dict[str, str]:
    """Return the texts of the integration of all analyses, by slot."""
    texts = {"title": integration.title, "summary": integration.summary}
    for name in _INTEGRATION_LISTS:
        texts |= dict(_item_texts(name, getattr(integration, name)))
    return texts


def _analysis_texts(analysis: Analysis) -> Iterator[tuple[str, str]]:
    yield "title", analysis.title
    yield "summary", analysis.summary
    yield from _item_texts("findings", analysis.findings)
    yield from _item_texts("recommendations", analysis.recommendations)
    yield from _item_texts("not_estimated", analysis.not_estimated)
    for index, table in enumerate(analysis.tables):
        yield from ((f"tables.{index}.{slot}", text) for slot, text in _table_texts(table))
    for index, figure in enumerate(analysis.figures):
        yield f"figures.{index}.caption", figure.caption
        yield f"figures.{index}.alt", figure.alt
    for index, proposal in enumerate(analysis.proposals):
        yield f"proposals.{index}.purpose", proposal.purpose


def _item_texts(name: str, items: Iterable[Finding | Recommendation | NotEstimated]) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(items):
        if isinstance(item, NotEstimated):
            yield f"{name}.{index}.what", item.what
            yield f"{name}.{index}.why", item.why
        else:
            yield f"{name}.{index}.text", item.text


def _table_texts(table: Table) -> Iterator[tuple[str, str]]:
    yield "caption", table.caption
    yield from ((f"columns.{index}", text) for index, text in enumerate(table.columns))
    for row, cells in enumerate(table.rows):
        yield from ((f"rows.{row}.{column}", text) for column, text in enumerate(cells))
