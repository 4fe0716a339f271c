"""Describe the arms in sentences that give values and do not compare them."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Bullets, Paragraph
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.few_runs import has_few_runs
from agents.writers.shared.template_text import fact, join_with_and, noun

METRIC = fact("experiment.metric")
MOST_IN_PROSE = 6  # arms; with more, only the table lists them


def arm_bullets(view: CaseView) -> Iterator[Paragraph | Bullets]:
    """Yield each arm as a sentence without standard deviations, for readers outside the field."""
    if 0 < len(view.arms) <= MOST_IN_PROSE:
        sentences = tuple(arm_sentence(view, arm) for arm in view.arms)
        yield Paragraph(text=sentences[0]) if len(sentences) == 1 else Bullets(items=sentences)


def small_arms(view: CaseView) -> Iterator[Paragraph]:
    """Yield the values of arms that have too few runs for a mean and a standard deviation."""
    small = [arm for arm in view.arms if has_few_runs(view, arm)]
    if small and len(small) <= MOST_IN_PROSE:
        yield Paragraph(text=" ".join(arm_sentence(view, arm) for arm in small))


def means_sentence(view: CaseView) -> str:
    """Return `Mean accuracy was 0.8808 (SD 0.0134) with model.lr = 0.001 and …`, "" if no arm has a mean."""
    arms = [arm for arm in view.arms if not has_few_runs(view, arm)]
    if not 0 < len(arms) <= MOST_IN_PROSE:
        return ""
    return f"Mean {METRIC} was {join_with_and([_mean_and_sd(view, arm) for arm in arms])}."


def arm_sentence(view: CaseView, arm: str) -> str:
    """Return a sentence with the value of one run, both values of two runs, or mean and range of several."""
    usable = view.count(f"{arm}.n")
    mean, low, high = (fact(view.of_metric(arm, statistic)) for statistic in ("mean", "min", "max"))
    setting = f"With {view.setting(arm)}"
    if usable == 0:
        return f"{setting}, no run gave a usable value of {METRIC}."
    if usable == 1:
        return f"{setting}, the only usable run had {METRIC} {mean}; the variation between runs is unknown."
    if usable == 2:
        return f"{setting}, the usable runs had {METRIC} {low} and {high}."
    runs = f"{fact(f'{arm}.n')} {noun(usable, 'run')}"
    return f"{setting}, mean {METRIC} over {runs} was {mean} (range {low} to {high})."


def _mean_and_sd(view: CaseView, arm: str) -> str:
    mean, sd = (fact(view.of_metric(arm, statistic)) for statistic in ("mean", "sd"))
    return f"{mean} (SD {sd}) with {view.setting(arm)}"
