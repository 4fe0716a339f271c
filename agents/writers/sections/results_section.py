"""The results: the arms, the selected arm, the contrasts of the test, and further estimates of their effects."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Figure, Paragraph, Section
from agents.writers.shared.arms_figure import arm_values, arms_figure
from agents.writers.shared.arms_prose import small_arms
from agents.writers.shared.arms_table import arms_table
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.contrasts_table import contrasts_table
from agents.writers.shared.further_estimates import further_estimates
from agents.writers.shared.required_statements import failure_statement, required
from agents.writers.shared.selection_statement import selection_statement
from agents.writers.shared.template_text import fact, noun, ref


def results_section(view: CaseView, report: str, *, means: str = "") -> Section:
    """Return the results section. `means`: a sentence with the means of the arms, for results in prose."""
    return Section(id="results", title="Results", blocks=tuple(_blocks(view, report, means)))


def figures(view: CaseView, report: str, *, is_plain: bool = False) -> Iterator[Figure]:
    """Yield the figure of the arms if any arm has a usable value."""
    if arm_values(view):
        yield arms_figure(report, is_plain=is_plain)


def _blocks(view: CaseView, report: str, means: str) -> Iterator[Block]:
    yield required(failure_statement(view))
    if not view.arms or not view.metric:
        yield Paragraph(text="No metric is available to describe the arms.")
        return
    yield Paragraph(text=f"{_overview(view)} {means}".strip())
    yield arms_table(view)
    yield from small_arms(view)
    yield from figures(view, report)
    if statement := selection_statement(view):
        yield required(statement)
    if view.has_measured_contrasts:
        contrasts = noun(len(view.contrasts), "the contrast", "all contrasts")
        yield Paragraph(text=f"{ref('contrasts')} lists {contrasts} of {view.test}.")
        yield contrasts_table(view)
    if estimates := tuple(further_estimates(view)):
        yield Paragraph(text=" ".join(estimates))


def _overview(view: CaseView) -> str:
    figure = f", and {ref('arms-figure')} shows every usable run" if arm_values(view) else ""
    known = view.has_test and view.count("registration.known_runs")
    scope = " They cover all runs, also those that the registered test does not rest on." if known else ""
    return f"{ref('arms')} gives {fact('experiment.metric')} by arm{figure}.{scope}"
