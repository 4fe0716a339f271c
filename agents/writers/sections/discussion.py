"""The discussion of a paper: what the registered test says, what was seen beside it, and what could follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Paragraph, Section
from agents.writers.sections.anomalies import NOTHING_ODD
from agents.writers.sections.exploration import exploratory_verdicts
from agents.writers.sections.findings import of_kind, recommendations
from agents.writers.sections.outlook import WAITING, has_proposals
from agents.writers.sections.verdict_section import not_established
from agents.writers.shared.case_view import HYPOTHESIS, CaseView, capitalized, fact, verdict
from agents.writers.shared.required_statements import deliverables_statement, failure_statement, required


def discussion_section(evidence: CaseView, analyses: Sequence[Analysis]) -> Section:
    blocks = (*_tested(evidence), *_beside(analyses), *_odd(evidence, analyses), *_next(analyses))
    return Section(id="discussion", title="Discussion", blocks=blocks)


def _tested(evidence: CaseView) -> Iterator[Block]:
    """In the words of the verdicts, whose numbers stand in the results."""
    if not evidence.has_test:
        yield required("No test was registered, so nothing here decides between the settings.")
        return
    others = not_established(evidence) if len(evidence.contrasts) > 1 else ()
    rest = f" Of its family these contrasts are not supported. {' '.join(others)}" if others else ""
    yield required(
        f"{capitalized(evidence.test)} rests on {fact('test.metric')} alone and says: {verdict(HYPOTHESIS)}.{rest}"
    )


def _beside(analyses: Sequence[Analysis]) -> Iterator[Block]:
    """Each comparison once, in the words of its verdict; what was not judged is a limitation."""
    told = "; ".join(exploratory_verdicts(analyses))
    if told:
        yield Paragraph(text=f"Beside that, the runs were looked at in ways that were not registered: {told}.")


def _odd(evidence: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    anomalies = of_kind(analyses, "anomaly")
    seen = f"The analysts' detectors, which are heuristics, report this. {' '.join(anomalies)}" if anomalies else ""
    told = (failure_statement(evidence), deliverables_statement(evidence), seen or NOTHING_ODD)
    yield required(" ".join(text for text in told if text))


def _next(analyses: Sequence[Analysis]) -> Iterator[Block]:
    items = recommendations(analyses)
    if items:
        waiting = f" {WAITING}" if has_proposals(analyses) else ""
        yield Paragraph(text=f"The analyses recommend the following. {' '.join(items)}{waiting}")
