"""The exploratory results of a paper: findings of the analyses that belong neither to the test nor to costs of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis, Finding
from agents.analysts.performance.cost_exhibits import EXHIBITS as COST_EXHIBITS
from agents.analysts.performance.run_costs import FINDINGS as COST_FINDINGS
from agents.documents.document import Block, Figure, Paragraph, Section, Table
from agents.documents.placeholders import placeholders
from agents.facts.verdict import HYPOTHESIS
from agents.writers.sections.findings import is_reported_elsewhere
from agents.writers.shared.namespaced_exhibits import with_namespaced_exhibits

_OPENING = (
    "The analyses in this section were made after the runs and are not part of the test. They are descriptive and may "
    "suggest hypotheses for other experiments."
)


def exploration_section(analyses: Sequence[Analysis]) -> Section | None:
    parts = tuple(part for index, analysis in enumerate(analyses) if (part := _part(analysis, index)).blocks)
    if not parts:
        return None
    return Section(id="exploration", title="Exploratory results", blocks=(Paragraph(text=_OPENING),), sections=parts)


def exploratory_verdicts(analyses: Sequence[Analysis]) -> tuple[str, ...]:
    """Return the placeholders of the verdicts that analysts computed in addition to the test, one per comparison."""
    results = (finding for analysis in analyses for finding in analysis.findings if finding.kind == "result")
    names = (result.verdicts[0] for result in results if result.verdicts and not is_reported_elsewhere(result))
    return tuple(dict.fromkeys(f"{{{{v:{name}}}}}" for name in names if name != HYPOTHESIS))


def _part(analysis: Analysis, index: int) -> Section:
    return Section(id=f"exploration-{index}", title=analysis.title, blocks=tuple(_blocks(_without_costs(analysis))))


def _blocks(analysis: Analysis) -> Iterator[Block]:
    results = [
        finding for finding in analysis.findings if finding.kind == "result" and not is_reported_elsewhere(finding)
    ]
    if results:
        yield Paragraph(text=" ".join(finding.text for finding in results))
    prediction_exhibits = _referenced_exhibits(finding for finding in analysis.findings if finding.kind == "prediction")
    exhibits: tuple[Table | Figure, ...] = (*analysis.tables, *analysis.figures)
    yield from (exhibit for exhibit in exhibits if exhibit.id not in prediction_exhibits)


def _without_costs(analysis: Analysis) -> Analysis:
    contents = {
        "findings": tuple(finding for finding in analysis.findings if finding.id not in COST_FINDINGS),
        "tables": tuple(table for table in analysis.tables if table.id not in COST_EXHIBITS),
        "figures": tuple(figure for figure in analysis.figures if figure.id not in COST_EXHIBITS),
    }
    return with_namespaced_exhibits(analysis.model_copy(update=contents))


def _referenced_exhibits(findings: Iterator[Finding]) -> frozenset[str]:
    references = (placeholder for finding in findings for placeholder in placeholders(finding.text))
    return frozenset(reference.name for reference in references if reference.kind == "ref")
