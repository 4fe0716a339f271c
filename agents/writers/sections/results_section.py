"""Results: the arms as they came out, and the registered test in numbers."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Figure, Paragraph, Section
from agents.writers.shared.arms_figure import arm_values
from agents.writers.shared.arms_table import arms_figure, arms_table, too_few_in_prose
from agents.writers.shared.case_view import CaseView, fact, noun, ref
from agents.writers.shared.contrasts_table import contrasts_table
from agents.writers.shared.required_statements import failure_statement, required, selection_statement


def results_section(evidence: CaseView, report: str, *, in_a_sentence: str = "") -> Section:
    """`in_a_sentence`: the arms once more, for texts that tell their results in prose."""
    return Section(id="results", title="Results", blocks=tuple(_blocks(evidence, report, in_a_sentence)))


def figures(evidence: CaseView, report: str, *, is_plain: bool = False) -> Iterator[Figure]:
    """The arms drawn, where there is anything to draw."""
    if arm_values(evidence):
        yield arms_figure(report, is_plain=is_plain)


def _blocks(evidence: CaseView, report: str, in_a_sentence: str) -> Iterator[Block]:
    if evidence.count("experiment.runs.failed"):
        yield required(failure_statement(evidence))
    if not evidence.arms or not evidence.metric:
        yield Paragraph(text="No metric was measured by which arms could be described.")
        return
    yield Paragraph(text=f"{_overview(evidence)} {in_a_sentence}".strip())
    yield arms_table(evidence)
    yield from too_few_in_prose(evidence)
    yield from figures(evidence, report)
    if told := selection_statement(evidence):
        yield required(told)
    if evidence.contrasts:
        contrasts = noun(len(evidence.contrasts), "the contrast", "all contrasts")
        yield Paragraph(text=f"{ref('contrasts')} has {contrasts} of {evidence.test}.")
        yield contrasts_table(evidence)


def _overview(evidence: CaseView) -> str:
    drawn = f" {ref('arms-figure')} draws every usable run." if arm_values(evidence) else ""
    return f"{ref('arms')} gives {fact('experiment.metric')} by arm.{drawn}"
