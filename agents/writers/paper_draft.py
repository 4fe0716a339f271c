"""The paper draft: the evidence in the order of a paper, for an author to go on from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Block, Document, Paragraph, Section
from agents.writers.sections.discussion import discussion_section
from agents.writers.sections.exploration import exploration_section
from agents.writers.sections.limitations import limitations_in_prose
from agents.writers.sections.method import method_section
from agents.writers.sections.registration_section import test_paragraph
from agents.writers.sections.related_work import related_work_section
from agents.writers.sections.reproducibility import reproducibility_section
from agents.writers.sections.results_section import results_section
from agents.writers.sections.title_block import document, scale
from agents.writers.shared.arms_table import arms_in_a_sentence
from agents.writers.shared.case_view import HYPOTHESIS, CaseView, fact, noun, spec, verdict
from agents.writers.shared.required_statements import registration_statement, required, verdict_statement

_NAME = "paper_draft"


def write(case: Case, analyses: Sequence[Analysis], _: Mapping[str, Any] | None) -> Document:
    evidence = CaseView(case)
    sections = (
        Section(id="introduction", title="Introduction", blocks=tuple(_introduction(evidence))),
        related_work_section(evidence),
        _method(evidence),
        _results(evidence),
        exploration_section(analyses),
        discussion_section(evidence, analyses),
        limitations_in_prose(evidence, analyses),
        reproducibility_section(evidence, is_brief=True),
    )
    return document(evidence, _NAME, "Draft", sections, _abstract(evidence))


def _abstract(evidence: CaseView) -> str:
    """Question, design, result with effect and interval, and limits."""
    asked = f"We ask: {spec('research_question')}" if evidence.told("research_question") else ""
    limits = "The runs share a data set, its split and a model; nothing is claimed of others."
    return " ".join(part for part in (asked, _in_short(evidence), _outcome(evidence), limits) if part)


def _in_short(evidence: CaseView) -> str:
    """`We train 15 runs, 5 with each of 3 settings of model.lr`; the share is told where all arms have the same."""
    counts = {evidence.count(f"{arm}.n") for arm in evidence.arms}
    arms = evidence.count("experiment.arms")
    settings = f"{fact('experiment.arms')} {noun(arms, 'setting')}"
    of_factor = f" of {fact('test.factor')}" if evidence.has("test.factor") else ""
    if len(counts) == 1 and len(evidence.arms) > 1 and not evidence.count("experiment.runs.failed"):
        made = f"We train {scale(evidence)}, {fact(f'{evidence.arms[0]}.n')} with each of {settings}{of_factor}."
    else:
        made = f"We train {scale(evidence)} in {settings}{of_factor}."
    return made if evidence.count("experiment.runs.failed") == 0 else f"{made} {_failed(evidence)}"


def _failed(evidence: CaseView) -> str:
    failed = evidence.count("experiment.runs.failed")
    return f"Of these, {fact('experiment.runs.failed')} {noun(failed, 'run')} failed and gave no value."


def _outcome(evidence: CaseView) -> str:
    if not evidence.has_test:
        return "No test was registered; the runs are described and nothing is claimed."
    opening = "The registered test"
    if evidence.case.registration is None:
        opening = "The test, of which no registration was written before the runs,"
    elif evidence.value("registration.post_hoc"):
        opening = "The test, whose registration was changed after runs had finished,"
    return f"{opening} gives the verdict *{verdict(f'{HYPOTHESIS}.conclusion')}*. {verdict(f'{HYPOTHESIS}.sentence')}"


def _introduction(evidence: CaseView) -> Iterator[Block]:
    if evidence.told("research_question"):
        told = f"This work asks a narrow question: {spec('research_question')}"
        why = f" The reason for asking, as recorded: {spec('rationale')}" if evidence.told("rationale") else ""
        yield Paragraph(text=f"{told}{why}")
    if evidence.told("hypothesis"):
        yield Paragraph(text=f"The hypothesis under test reads: {spec('hypothesis')}", is_required=True)
    yield required(registration_statement(evidence))
    yield Paragraph(
        text=f"What this work adds is small and checkable: the runs, {evidence.test} on them, and for every measured "
        "number the file and the function that it comes from. What else was looked at is told apart, as exploration."
    )


def _method(evidence: CaseView) -> Section:
    method = method_section(evidence)
    tested = (required(test_paragraph(evidence)),) if evidence.has("test.alpha") else ()
    return method.model_copy(update={"blocks": (*method.blocks, *tested)})


def _results(evidence: CaseView) -> Section:
    """As in the report, with the arms in a sentence and the verdict at the end."""
    results = results_section(evidence, _NAME, in_a_sentence=arms_in_a_sentence(evidence))
    return results.model_copy(update={"blocks": (*results.blocks, required(verdict_statement(evidence)))})
