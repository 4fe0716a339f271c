"""Results: the arms as they came out, and the registered test in numbers."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Figure, Paragraph, Section
from agents.writers.arms_figure import arm_values
from agents.writers.arms_table import arms_figure, arms_in_prose, arms_table
from agents.writers.contrasts_table import contrasts_table
from agents.writers.evidence import Evidence, fact, noun, ref
from agents.writers.honesty import failures, required


def results_section(evidence: Evidence, report: str) -> Section:
    return Section(id="results", title="Results", blocks=tuple(_blocks(evidence, report)))


def figures(evidence: Evidence, report: str) -> Iterator[Figure]:
    """The arms drawn, where there is anything to draw."""
    if arm_values(evidence):
        yield arms_figure(report)


def _blocks(evidence: Evidence, report: str) -> Iterator[Block]:
    if evidence.count("experiment.runs.failed"):
        yield required(failures(evidence))
    if not evidence.arms or not evidence.metric:
        yield Paragraph(text="No metric was measured by which arms could be described.")
        return
    yield Paragraph(text=_overview(evidence))
    yield arms_table(evidence)
    yield from arms_in_prose(evidence)
    yield from figures(evidence, report)
    if evidence.contrasts:
        contrasts = noun(len(evidence.contrasts), "the contrast", "all contrasts")
        yield Paragraph(text=f"{ref('contrasts')} has {contrasts} of the registered test.")
        yield contrasts_table(evidence)


def _overview(evidence: Evidence) -> str:
    drawn = f" {ref('arms-figure')} draws every usable run." if arm_values(evidence) else ""
    picked = (
        f" The arm picked for its mean {fact('experiment.metric')} after the runs is {fact('best.level')} with "
        f"{fact('best.' + evidence.metric)}, among {fact('best.arms')} arms."
        if evidence.count("best.arms") > 1
        else ""
    )
    return f"{ref('arms')} gives {fact('experiment.metric')} by arm.{drawn}{picked}"
