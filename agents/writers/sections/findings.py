"""Convert the findings of analysts to parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis, Finding
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.facts.subject import is_failure
from agents.facts.verdict import HYPOTHESIS, is_test_verdict
from agents.writers.shared.contradictions import contradictions
from agents.writers.shared.namespaced_exhibits import with_namespaced_exhibits


def analyses_section(analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section | None:
    """Return a section with the contradictions and a subsection for each analysis, None without any analysis."""
    reported: set[str] = set()  # questions that an earlier subsection lists as not estimated
    parts = []
    for index, analysis in enumerate(analyses):
        open_questions = tuple(text for text in not_estimated([analysis]) if text not in reported)
        reported.update(open_questions)
        blocks = tuple(_blocks(with_namespaced_exhibits(analysis), open_questions))
        parts.append(Section(id=f"analysis-{index}", title=analysis.title, blocks=blocks))
    if not parts:
        return None
    return Section(id="analyses", title="Analyses", blocks=tuple(contradictions(integration)), sections=tuple(parts))


def texts_of_kind(analyses: Iterable[Analysis], kind: str) -> tuple[str, ...]:
    """Return the texts of all findings of a kind without duplicates, except those that are reported elsewhere."""
    findings = (finding for analysis in analyses for finding in with_namespaced_exhibits(analysis).findings)
    texts = (finding.text for finding in findings if finding.kind == kind and not is_reported_elsewhere(finding))
    return tuple(dict.fromkeys(texts))


def recommendations(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    namespaced = map(with_namespaced_exhibits, analyses)
    return tuple(dict.fromkeys(item.text for analysis in namespaced for item in analysis.recommendations))


def not_estimated(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    """Return the open questions without duplicates, except an undecided hypothesis, which has a verdict."""
    questions = (question for analysis in analyses for question in analysis.not_estimated)
    texts = (f"*{question.what.rstrip('.')}.* {question.why}" for question in questions)
    return tuple(dict.fromkeys(text for text in texts if f"{{{{v:{HYPOTHESIS}." not in text))


def is_reported_elsewhere(finding: Finding) -> bool:
    """Return whether another section of every report covers the finding: test, failed runs or selected arm."""
    is_of_test = [is_test_verdict(name) for name in finding.verdicts]
    is_of_selection = [name.startswith("best.") for name in finding.facts]
    is_of_failure = any(map(is_failure, finding.facts))
    return is_of_failure or any(all(names) and bool(names) for names in (is_of_test, is_of_selection))


def _blocks(analysis: Analysis, open_questions: tuple[str, ...]) -> Iterator[Block]:
    yield Paragraph(text=analysis.summary)
    findings = [finding for finding in analysis.findings if not is_reported_elsewhere(finding)]
    if results := tuple(finding.text for finding in findings if finding.kind == "result"):
        yield Bullets(items=results)
    if predictions := tuple(finding.text for finding in findings if finding.kind == "prediction"):
        yield Paragraph(text="Predictions, which no run has tested:", is_required=True)
        yield Bullets(items=predictions)
    yield from analysis.tables
    yield from analysis.figures
    if open_questions:
        yield Paragraph(text="Not estimated:", is_required=True)
        yield Bullets(items=open_questions, is_required=True)
