"""The section on limitations: those of the design and of the outcome, and those that the analyses report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Bullets, Paragraph, Section
from agents.facts.text_case import capitalized
from agents.writers.sections.findings import not_estimated, texts_of_kind
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, noun

_MIN_RUNS = 10  # of an arm; with fewer, confidence intervals depend on the assumed distribution


def limitations_section(view: CaseView, analyses: Sequence[Analysis]) -> Section:
    items = (*limitations(view), *texts_of_kind(analyses, "limitation"))
    return Section(id="limitations", title="Limitations", blocks=(Bullets(items=items, is_required=True),))


def limitations_in_prose(view: CaseView, analyses: Sequence[Analysis]) -> Section:
    """Return the section as paragraphs instead of bullets, for a paper."""
    items = (*limitations(view), *texts_of_kind(analyses, "limitation"))
    blocks = [Paragraph(text=" ".join(items), is_required=True)]
    if questions := not_estimated(analyses):
        blocks.append(Paragraph(text=f"The following was not estimated. {' '.join(questions)}", is_required=True))
    return Section(id="limitations", title="Limitations", blocks=tuple(blocks))


def limitations(view: CaseView) -> Iterator[str]:
    """Yield the limitations that follow from the design and the outcome."""
    if view.shared_conditions:
        yield (
            f"All runs use {view.shared_conditions}. The results apply to these conditions and to the swept settings; "
            "others were not tested."
        )
    yield from _of_small_arms(view)
    if view.mixed:
        compared = "within each of them" if view.has("test.block") else "by their means over them"
        yield (
            "Runs of an arm also differ in other swept settings. The standard deviation within an arm therefore "
            f"includes the variation between those settings. The test compares the arms {compared}."
        )
    if not view.has_test:
        yield "Without a registered test, every difference between settings is a descriptive observation."
    elif view.conclusion == "untestable":
        needed = view.count("test.required_n")
        runs = f"; it needs {fact('test.required_n')} {noun(needed, 'run')} per arm" if needed else ""
        yield f"{capitalized(view.test)} cannot reach a verdict with these runs{runs}."
    elif view.conclusion == "inconclusive":
        yield "An inconclusive result is not evidence of equality, which needs a test designed for it."
    if not view.is_registered:
        yield "Choices that were made after values were known are exploratory; new runs are needed to test them."
    if statement := generalisation_statement(view):
        yield statement


def generalisation_statement(view: CaseView) -> str:
    """Return which sources of variation the intervals of the test cover, "" without a test.

    The variation of the test set is often the greater one.
    """
    if not view.has("test.generalize_to"):
        return ""
    if "item" in str(view.value("test.generalize_to")):
        return (
            "The p values and confidence intervals cover the variation between runs with different seeds and the "
            "variation between test items."
        )
    if view.has_own_training:
        return (
            "The training is code of the lab, which loads its data itself. The p values and confidence intervals cover "
            "the variation between its runs with different seeds, and no other variation."
        )
    return (
        "The p values and confidence intervals cover the variation between runs with different seeds. They do not "
        "cover the variation that another test set would add."
    )


def _of_small_arms(view: CaseView) -> Iterator[str]:
    smallest = min((view.count(f"{arm}.n") for arm in view.arms), default=0)
    if smallest <= 1:
        yield "An arm without repeated usable runs gives no estimate of the variation between runs."
    elif smallest < _MIN_RUNS:
        yield (
            "The arms contain few runs, so the standard deviations are imprecise, and the confidence intervals assume "
            "that the values of an arm are approximately normal."
        )
        if any(view.has(view.of_contrast(contrast, "p_permutation")) for contrast in view.contrasts):
            yield (
                "The permutation test assumes that the runs of the compared arms are exchangeable, and the Welch test "
                "that their means are approximately normal. A verdict requires both tests. Neither limits the rate of "
                "false verdicts if the distributions of the arms differ in shape."
            )
