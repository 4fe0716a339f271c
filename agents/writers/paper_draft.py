"""The paper draft: the evidence in the order of a paper, for an author to go on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis
from agents.case import Case
from agents.documents.document import Block, Bullets, Document, Paragraph, Section
from agents.writers.anomalies import anomalies_section
from agents.writers.evidence import HYPOTHESIS, Evidence, fact, spec, verdict
from agents.writers.findings import analyses_section
from agents.writers.front import document, scale
from agents.writers.honesty import looked_at, promises, registered, required, standing
from agents.writers.limitations import limitations_section
from agents.writers.method import design, method_section
from agents.writers.outlook import outlook_section
from agents.writers.registration import test_paragraph
from agents.writers.related_work import related_work_section
from agents.writers.reproducibility import reproducibility_section, versions_section
from agents.writers.results import results_section
from agents.writers.verdict_section import not_established

_NAME = "paper_draft"


def write(case: Case, analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Document:
    evidence = Evidence(case)
    sections = (
        Section(id="introduction", title="Introduction", blocks=tuple(_introduction(evidence))),
        related_work_section(evidence),
        _method(evidence),
        results_section(evidence, _NAME),
        analyses_section(analyses, integration),
        anomalies_section(evidence, analyses),
        _discussion(evidence, analyses, integration),
        limitations_section(evidence, analyses),
        reproducibility_section(evidence, is_brief=True),
    )
    return document(evidence, _NAME, "Draft", sections, _abstract(evidence))


def _abstract(evidence: Evidence) -> str:
    asked = f"We ask: {spec('research_question')}" if evidence.told("research_question") else ""
    test = "a registered test" if evidence.has_test else "trial, without a registered test"
    claim = f"We put the claim “{spec('hypothesis')}” to {test}." if evidence.told("hypothesis") else ""
    outcome = (
        f"The registered test gives the verdict *{verdict(f'{HYPOTHESIS}.conclusion')}*: {verdict(HYPOTHESIS)}."
        if evidence.has_test
        else "No test was registered; the runs are described and nothing is claimed."
    )
    return " ".join(part for part in (asked, claim, f"The evidence is {scale(evidence)}.", outcome) if part)


def _introduction(evidence: Evidence) -> Iterator[Block]:
    if evidence.told("research_question"):
        yield Paragraph(text=f"This work asks a narrow question: {spec('research_question')}")
    if evidence.told("rationale"):
        yield Paragraph(text=f"The reason for asking, as recorded with the experiment: {spec('rationale')}")
    if evidence.told("hypothesis"):
        yield Paragraph(text=f"The hypothesis under test reads: {spec('hypothesis')}", is_required=True)
    yield required(registered(evidence))
    yield Paragraph(text=design(evidence))


def _method(evidence: Evidence) -> Section:
    method = method_section(evidence)
    tested = (required(test_paragraph(evidence)),) if evidence.has("test.alpha") else ()
    return method.model_copy(update={"blocks": (*method.blocks, *tested), "sections": (versions_section(evidence),)})


def _discussion(evidence: Evidence, analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section:
    outlook = outlook_section(analyses, integration)
    blocks = tuple(_standing(evidence))
    return Section(id="discussion", title="Discussion", blocks=blocks, sections=(outlook,) if outlook else ())


def _standing(evidence: Evidence) -> Iterator[Block]:
    yield required(standing(evidence))
    others = not_established(evidence)
    if others and len(evidence.contrasts) > 1:
        yield required("Of the registered family these contrasts are not supported:")
        yield Bullets(items=others, is_required=True)
    for told in (promises(evidence), looked_at(evidence)):
        if told:
            yield required(told)
    yield Paragraph(
        text=f"The verdict rests on {fact('experiment.metric')} alone; other measures are described, not tested."
        if evidence.metric
        else "Nothing was measured on which a verdict could rest."
    )
