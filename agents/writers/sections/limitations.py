"""Limitations: what these runs cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Bullets, Paragraph, Section
from agents.writers.sections.findings import not_estimated, of_kind
from agents.writers.shared.case_view import CaseView, fact, noun

_FEW = 10  # runs of an arm; with fewer, intervals lean on the form of the distribution


def limitations_section(evidence: CaseView, analyses: Sequence[Analysis]) -> Section:
    items = (*limitations(evidence), *of_kind(analyses, "limitation"))
    return Section(id="limitations", title="Limitations", blocks=(Bullets(items=items, is_required=True),))


def limitations_in_prose(evidence: CaseView, analyses: Sequence[Analysis]) -> Section:
    """The same as a paragraph, for a paper."""
    items = (*limitations(evidence), *of_kind(analyses, "limitation"))
    told = [Paragraph(text=" ".join(items), is_required=True)]
    if unknown := " ".join(dict.fromkeys(not_estimated(analyses))):
        told.append(Paragraph(text=f"What was asked and not estimated: {unknown}", is_required=True))
    return Section(id="limitations", title="Limitations", blocks=tuple(told))


def limitations(evidence: CaseView) -> Iterator[str]:
    yield (
        "The runs share a data set and its split. What they show holds for these data, this model and the settings "
        "that were swept, and was not tried on others."
    )
    smallest = min((evidence.count(f"{arm}.n") for arm in evidence.arms), default=0)
    if smallest <= 1:
        yield "An arm with no other usable run has no spread: how far another seed would land from it is unknown."
    elif smallest < _FEW:
        yield (
            "The arms are small, so their standard deviations are rough, and the intervals lean on the assumption "
            "that values scatter normally. The permutation test does not, but it supposes that the compared arms "
            "would scatter alike if nothing set them apart."
        )
    if evidence.mixed:
        yield (
            "The runs of an arm differ in what else was swept, so the spread within an arm is not of the seed alone, "
            "and the test asks of a mean over those settings."
        )
    if not evidence.has_test:
        yield "Without a registered test every difference between settings is an observation and no finding."
    elif evidence.conclusion == "untestable":
        needed = evidence.count("test.required_n")
        tail = f"; it takes {fact('test.required_n')} {noun(needed, 'run')} an arm" if needed else ""
        yield f"The runs cannot decide the registered test, whatever they had given{tail}."
    elif evidence.conclusion == "inconclusive":
        yield "Absence of a verdict is not evidence of absence: equality takes a test of its own."
    if evidence.value("registration.post_hoc") or evidence.case.registration is None:
        yield "What was changed or chosen with values in view is post hoc and needs runs of its own."
