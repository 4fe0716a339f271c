"""The texts of an analysis by place, as slots of a document are."""

from __future__ import annotations

from collections.abc import Iterator

from agents.analysis import Analysis
from agents.documents.document import Table


def analysis_texts(analysis: Analysis) -> dict[str, str]:
    """Every template text, such as `findings.0.text`; empty ones are left out."""
    return {slot: text for slot, text in _texts(analysis) if text}


def _texts(analysis: Analysis) -> Iterator[tuple[str, str]]:
    yield "title", analysis.title
    yield "summary", analysis.summary
    for index, finding in enumerate(analysis.findings):
        yield f"findings.{index}.text", finding.text
    for index, recommendation in enumerate(analysis.recommendations):
        yield f"recommendations.{index}.text", recommendation.text
    for index, missing in enumerate(analysis.not_estimated):
        yield f"not_estimated.{index}.what", missing.what
        yield f"not_estimated.{index}.why", missing.why
    for index, table in enumerate(analysis.tables):
        yield from ((f"tables.{index}.{slot}", text) for slot, text in _table_texts(table))
    for index, figure in enumerate(analysis.figures):
        yield f"figures.{index}.caption", figure.caption
        yield f"figures.{index}.alt", figure.alt
    for index, proposal in enumerate(analysis.proposals):
        yield f"proposals.{index}.purpose", proposal.purpose


def _table_texts(table: Table) -> Iterator[tuple[str, str]]:
    yield "caption", table.caption
    yield from ((f"columns.{index}", text) for index, text in enumerate(table.columns))
    for row, cells in enumerate(table.rows):
        yield from ((f"rows.{row}.{column}", text) for column, text in enumerate(cells))
