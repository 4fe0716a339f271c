"""The discussion of a paper: the verdict of the test, exploratory results, anomalies and recommendations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Paragraph, Section
from agents.facts.text_case import capitalized
from agents.facts.verdict import HYPOTHESIS
from agents.writers.sections.anomalies import NO_ANOMALY
from agents.writers.sections.exploration import exploratory_verdicts
from agents.writers.sections.findings import recommendations, texts_of_kind
from agents.writers.sections.outlook import AWAITING_APPROVAL, has_proposals
from agents.writers.sections.verdict_section import unsupported_contrasts
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.deliverables_statement import deliverables_statement
from agents.writers.shared.required_statements import required
from agents.writers.shared.template_text import verdict


def discussion_section(view: CaseView, analyses: Sequence[Analysis]) -> Section:
    blocks = (*_verdict(view), *_exploratory(analyses), *_anomalies(view, analyses), *_next_steps(analyses))
    return Section(id="discussion", title="Discussion", blocks=blocks)


def _verdict(view: CaseView) -> Iterator[Block]:
    """Yield the verdicts in words. Their numbers are in the results section."""
    if not view.has_test:
        yield required("No test was registered, so these runs do not decide between the settings.")
        return
    others = unsupported_contrasts(view) if len(view.contrasts) > 1 else ()
    rest = f" The following contrasts are not supported. {' '.join(others)}" if others else ""
    is_labelled = view.case.book.verdicts[HYPOTHESIS].is_post_hoc
    standing = "" if view.is_registered or is_labelled else " This result is exploratory."
    yield required(f"{capitalized(view.test)} gives this result: {verdict(HYPOTHESIS)}.{standing}{rest}")


def _exploratory(analyses: Sequence[Analysis]) -> Iterator[Block]:
    """Yield the verdicts of comparisons that were not registered. Comparisons without a verdict are limitations."""
    clauses = "; ".join(exploratory_verdicts(analyses))
    if clauses:
        yield Paragraph(text=f"Comparisons that were not registered gave these exploratory results: {clauses}.")


def _anomalies(view: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    anomalies = texts_of_kind(analyses, "anomaly")
    reported = f"The anomaly detectors, which are heuristics, reported the following. {' '.join(anomalies)}"
    statements = (deliverables_statement(view), reported if anomalies else NO_ANOMALY)
    yield required(" ".join(filter(None, statements)))


def _next_steps(analyses: Sequence[Analysis]) -> Iterator[Block]:
    items = recommendations(analyses)
    if items:
        proposed = f" {AWAITING_APPROVAL}" if has_proposals(analyses) else ""
        yield Paragraph(text=f"The analyses recommend the following. {' '.join(items)}{proposed}")
