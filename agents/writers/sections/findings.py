"""What analysts found, as parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis, Finding
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.facts.subject import is_failure, parse_subject
from agents.writers.shared.case_view import HYPOTHESIS
from agents.writers.shared.contradictions import contradictions
from agents.writers.shared.namespaced_exhibits import with_namespaced_exhibits


def analyses_section(analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section | None:
    """Where they contradict each other, then a subsection for each analyst."""
    told: set[str] = set()
    parts = tuple(_part(with_namespaced_exhibits(one), at, told) for at, one in enumerate(analyses))
    if not parts:
        return None
    return Section(id="analyses", title="Analyses", blocks=tuple(contradictions(integration)), sections=parts)


def of_kind(analyses: Iterable[Analysis], kind: str) -> tuple[str, ...]:
    """The texts, each once: analysts are told the same of some things."""
    every = (finding for one in analyses for finding in with_namespaced_exhibits(one).findings)
    return tuple(dict.fromkeys(one.text for one in every if one.kind == kind and not has_own_place(one)))


def recommendations(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one.text for analysis in analyses for one in with_namespaced_exhibits(analysis).recommendations)
    )


def not_estimated(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(f"{one.what.rstrip('.')}: {one.why}" for analysis in analyses for one in analysis.not_estimated)


def has_own_place(finding: Finding) -> bool:
    """What every report tells in a place of its own: the registered test, the failed runs, what was picked."""
    is_of_test = [name == HYPOTHESIS or parse_subject(name).kind == "contrast" for name in finding.verdicts]
    is_of_pick = [name.startswith("best.") for name in finding.facts]
    is_of_failure = any(is_failure(name) for name in finding.facts)
    return is_of_failure or any(all(one) and bool(one) for one in (is_of_test, is_of_pick))


def _part(analysis: Analysis, at: int, told: set[str]) -> Section:
    """`told` gathers what could not be estimated: analysts may be told the same."""
    unknown = tuple(one for one in not_estimated([analysis]) if one not in told)
    told.update(unknown)
    return Section(id=f"analysis-{at}", title=analysis.title, blocks=tuple(_blocks(analysis, unknown)))


def _blocks(analysis: Analysis, unknown: tuple[str, ...]) -> Iterator[Block]:
    yield Paragraph(text=analysis.summary)
    told = [one for one in analysis.findings if not has_own_place(one)]
    if results := tuple(one.text for one in told if one.kind == "result"):
        yield Bullets(items=results)
    if predictions := tuple(one.text for one in told if one.kind == "prediction"):
        yield Paragraph(text="Predictions, which no run has shown:", is_required=True)
        yield Bullets(items=predictions)
    yield from analysis.tables
    yield from analysis.figures
    if unknown:
        yield Paragraph(text="Asked and not estimated:", is_required=True)
        yield Bullets(items=unknown, is_required=True)
