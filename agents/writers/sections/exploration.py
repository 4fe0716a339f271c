"""What analysts saw beside the registered test, as a paper tells it: in prose, and without what runs cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis, Finding
from agents.analysts.performance.bottlenecks import EXHIBITS as COST_EXHIBITS
from agents.analysts.performance.bottlenecks import FINDINGS as COST_FINDINGS
from agents.documents.document import Block, Figure, Paragraph, Section, Table
from agents.documents.placeholders import placeholders
from agents.writers.sections.findings import has_own_place
from agents.writers.shared.case_view import HYPOTHESIS
from agents.writers.shared.namespaced_exhibits import with_namespaced_exhibits

_OPENING = (
    "What follows was looked at after the runs and was no part of the test: it describes, and may suggest what to test."
)


def exploration_section(analyses: Sequence[Analysis]) -> Section | None:
    parts = tuple(part for at, one in enumerate(analyses) if (part := _part(one, at)).blocks)
    if not parts:
        return None
    return Section(id="exploration", title="Exploratory results", blocks=(Paragraph(text=_OPENING),), sections=parts)


def exploratory_verdicts(analyses: Sequence[Analysis]) -> tuple[str, ...]:
    """Verdicts beside the registered test: what analysts concluded of each comparison as a whole, as clauses."""
    concluded = (one for analysis in analyses for one in analysis.findings if one.kind == "result")
    wholes = (one.verdicts[0] for one in concluded if one.verdicts and not has_own_place(one))
    return tuple(dict.fromkeys(f"{{{{v:{name}}}}}" for name in wholes if name != HYPOTHESIS))


def _part(analysis: Analysis, at: int) -> Section:
    return Section(id=f"exploration-{at}", title=analysis.title, blocks=tuple(_blocks(_without_cost(analysis))))


def _blocks(analysis: Analysis) -> Iterator[Block]:
    results = [one for one in analysis.findings if one.kind == "result" and not has_own_place(one)]
    if results:
        yield Paragraph(text=" ".join(one.text for one in results))
    predicted = _named_by(one for one in analysis.findings if one.kind == "prediction")
    exhibits: tuple[Table | Figure, ...] = (*analysis.tables, *analysis.figures)
    yield from (one for one in exhibits if one.id not in predicted)


def _without_cost(analysis: Analysis) -> Analysis:
    kept = {
        "findings": tuple(one for one in analysis.findings if one.id not in COST_FINDINGS),
        "tables": tuple(one for one in analysis.tables if one.id not in COST_EXHIBITS),
        "figures": tuple(one for one in analysis.figures if one.id not in COST_EXHIBITS),
    }
    return with_namespaced_exhibits(analysis.model_copy(update=kept))


def _named_by(findings: Iterator[Finding]) -> frozenset[str]:
    return frozenset(one.name for each in findings for one in placeholders(each.text) if one.kind == "ref")
