"""The texts of an analysis by place, as slots of a document are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.merge_analyses import Integration
from agents.documents.document import Table


def analysis_texts(analysis: Analysis) -> dict[str, str]:
    """Every template text, such as `findings.0.text`; empty ones are left out."""
    return {slot: text for slot, text in _texts(analysis) if text}


def _texts(analysis: Analysis) -> Iterator[tuple[str, str]]:
    yield "title", analysis.title
    yield "summary", analysis.summary
    yield from _listed("findings", analysis.findings)
    yield from _listed("recommendations", analysis.recommendations)
    yield from _listed("not_estimated", analysis.not_estimated)
    for index, table in enumerate(analysis.tables):
        yield from ((f"tables.{index}.{slot}", text) for slot, text in _table_texts(table))
    for index, figure in enumerate(analysis.figures):
        yield f"figures.{index}.caption", figure.caption
        yield f"figures.{index}.alt", figure.alt
    for index, proposal in enumerate(analysis.proposals):
        yield f"proposals.{index}.purpose", proposal.purpose


def integration_texts(integration: Integration) -> dict[str, str]:
    """Those of what the analyses come to."""
    listed = ("agreed", "disagreements", "anomalies", "open_questions", "limitations", "failures", "recommendations")
    found = {"title": integration.title, "summary": integration.summary}
    for name in listed:
        found |= dict(_listed(name, getattr(integration, name)))
    return found


def _listed(name: str, parts: Iterable[Finding | Recommendation | NotEstimated]) -> Iterator[tuple[str, str]]:
    for index, part in enumerate(parts):
        if isinstance(part, NotEstimated):
            yield f"{name}.{index}.what", part.what
            yield f"{name}.{index}.why", part.why
        else:
            yield f"{name}.{index}.text", part.text


def _table_texts(table: Table) -> Iterator[tuple[str, str]]:
    yield "caption", table.caption
    yield from ((f"columns.{index}", text) for index, text in enumerate(table.columns))
    for row, cells in enumerate(table.rows):
        yield from ((f"rows.{row}.{column}", text) for column, text in enumerate(cells))
