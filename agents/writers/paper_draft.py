"""The paper draft: the results of an experiment in the sections of a paper, for authors to edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Block, Document, Paragraph, Section
from agents.writers.sections.abstract import abstract
from agents.writers.sections.discussion import discussion_section
from agents.writers.sections.exploration import exploration_section
from agents.writers.sections.limitations import limitations_in_prose
from agents.writers.sections.method import method_section
from agents.writers.sections.registration_section import test_paragraph
from agents.writers.sections.related_work import related_work_section
from agents.writers.sections.reproducibility import reproducibility_section
from agents.writers.sections.results_section import results_section
from agents.writers.sections.title_block import document
from agents.writers.shared.arms_prose import means_sentence
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import required
from agents.writers.shared.standing_statement import registration_statement
from agents.writers.shared.template_text import spec
from agents.writers.shared.verdict_statement import claims_statement, verdict_statement

_NAME = "paper_draft"


def write(case: Case, analyses: Sequence[Analysis], _: Mapping[str, Any] | None) -> Document:
    view = CaseView(case)
    sections = (
        Section(id="introduction", title="Introduction", blocks=tuple(_introduction(view))),
        related_work_section(view),
        _method(view),
        _results(view),
        exploration_section(analyses),
        discussion_section(view, analyses),
        limitations_in_prose(view, analyses),
        reproducibility_section(view, is_brief=True),
    )
    return document(view, _NAME, "Draft", sections, abstract(view))


def _introduction(view: CaseView) -> Iterator[Block]:
    if view.spec_has("research_question"):
        rationale = f" The recorded rationale is: “{spec('rationale')}”" if view.spec_has("rationale") else ""
        yield Paragraph(text=f"We address the following question: {spec('research_question')}{rationale}")
    if view.spec_has("hypothesis"):
        claims = claims_statement(view)
        yield Paragraph(text=f"The hypothesis is: “{spec('hypothesis')}” {claims}".strip(), is_required=True)
    yield required(registration_statement(view))
    test = f", {view.test} on them," if view.has_test else ""
    yield Paragraph(
        text=f"We contribute the runs{test} and the source file and function of every measured number. All other "
        "analyses are reported separately as exploratory results."
    )


def _method(view: CaseView) -> Section:
    method = method_section(view)
    test = (required(test_paragraph(view)),) if view.has("test.alpha") else ()
    return method.model_copy(update={"blocks": (*method.blocks, *test)})


def _results(view: CaseView) -> Section:
    """Return the results section of the technical report, with the means in prose and the verdict at the end."""
    results = results_section(view, _NAME, means=means_sentence(view))
    return results.model_copy(update={"blocks": (*results.blocks, required(verdict_statement(view)))})
