"""What analysts found, as parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis, Finding
from agents.documents.document import Block, Bullets, Figure, Paragraph, Section
from agents.writers.adopted import adopted
from agents.writers.together import together


def analyses_section(analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section | None:
    """What they come to together, then a subsection for each analyst."""
    parts = tuple(_part(adopted(one), at) for at, one in enumerate(analyses))
    if not parts:
        return None
    return Section(id="analyses", title="Analyses", blocks=tuple(together(integration)), sections=parts)


def of_kind(analyses: Iterable[Analysis], kind: str) -> tuple[str, ...]:
    """The texts, each once: analysts are told the same of some things."""
    texts = (finding.text for one in analyses for finding in one.findings if finding.kind == kind)
    return tuple(dict.fromkeys(texts))


def exhibits(analyses: Iterable[Analysis]) -> tuple[Figure, ...]:
    """The figures of all analysts, for a text that shows pictures only."""
    return tuple(figure for one in analyses for figure in adopted(one).figures)


def recommendations(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.text for analysis in analyses for one in analysis.recommendations))


def not_estimated(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(f"{one.what.rstrip('.')}: {one.why}" for analysis in analyses for one in analysis.not_estimated)


def _part(analysis: Analysis, at: int) -> Section:
    return Section(id=f"analysis-{at}", title=analysis.title, blocks=tuple(_blocks(analysis)))


def _blocks(analysis: Analysis) -> Iterator[Block]:
    yield Paragraph(text=analysis.summary)
    yield from _bullets(analysis.findings, "result")
    predictions = tuple(one.text for one in analysis.findings if one.kind == "prediction")
    if predictions:
        yield Paragraph(text="Predictions, which no run has shown:", is_required=True)
        yield Bullets(items=predictions)
    yield from analysis.tables
    yield from analysis.figures
    if unknown := not_estimated([analysis]):
        yield Paragraph(text="Asked and not estimated:", is_required=True)
        yield Bullets(items=unknown, is_required=True)


def _bullets(findings: Sequence[Finding], kind: str) -> Iterator[Bullets]:
    if items := tuple(one.text for one in findings if one.kind == kind):
        yield Bullets(items=items)
