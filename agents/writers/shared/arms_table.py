"""The arms in a table, in sentences and as a figure's caption: values, never a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Bullets, Figure, Paragraph, Table
from agents.writers.shared.arms_figure import ARMS
from agents.writers.shared.case_view import CaseView, fact, fact_or_dash, join_with_and, noun
from agents.writers.shared.required_statements import DASHED, FEW

METRIC = fact("experiment.metric")
_IN_PROSE = 6  # arms; a table says it of any number


def arms_table(evidence: CaseView) -> Table:
    what = ("mean", "sd", "min", "max")
    rows = tuple(
        (
            fact(f"{arm}.level"),
            fact(f"{arm}.n"),
            fact_or_dash(evidence, f"{arm}.failed"),
            *(_value(evidence, arm, each) for each in what),
            fact_or_dash(evidence, f"{arm}.seconds.mean"),
        )
        for arm in evidence.arms
    )
    factor = fact("test.factor") if evidence.has("test.factor") else "Setting"
    few = DASHED if any(evidence.count(f"{arm}.n") <= FEW for arm in evidence.arms) else ""
    return Table(
        id="arms",
        caption=f"Runs by arm: how many are usable, how many are not, and the {METRIC} of those that are. The "
        f"standard deviation (SD) is between runs; time is the mean of a run.{few}",
        columns=(factor, "Usable", "Failed", "Mean", "SD", "Minimum", "Maximum", "Time"),
        rows=rows,
        numeric=(False, *(True,) * 7),
    )


def _value(evidence: CaseView, arm: str, what: str) -> str:
    """Of few runs the least and the greatest are all there is: a mean and its spread would promise too much."""
    promises_more = what in ("mean", "sd") and evidence.count(f"{arm}.n") <= FEW
    return "–" if promises_more else fact_or_dash(evidence, evidence.of_metric(arm, what))


def arms_figure(report: str, *, is_plain: bool = False) -> Figure:
    """Each report draws its figures into a folder of its own name. `is_plain`: for readers outside the field."""
    by = "setting" if is_plain else "arm"
    caption = (
        f"Every run that gave a value, by setting: a point is the {METRIC} of a run, the long line the mean of its "
        "setting. Where there are enough runs, a bar shows how widely they scatter."
        if is_plain
        else f"Every usable run by arm: each point is the {METRIC} of a run, the long line the mean of its arm. "
        "Where there are enough runs, a bar reaches a standard deviation to either side."
    )
    return Figure(
        id="arms-figure",
        path=f"reports/figures/{report}/{ARMS}.png",
        caption=caption,
        alt=f"A dot plot of {METRIC} for each run, grouped by {by}, with a line at each mean",
    )


def arms_in_prose(evidence: CaseView) -> Iterator[Paragraph | Bullets]:
    """Every arm in a sentence, for readers outside the field: without standard deviations."""
    if not 0 < len(evidence.arms) <= _IN_PROSE:
        return
    told = tuple(arm_sentence(evidence, arm) for arm in evidence.arms)
    yield Paragraph(text=told[0]) if len(told) == 1 else Bullets(items=told)


def too_few_in_prose(evidence: CaseView) -> Iterator[Paragraph]:
    """The arms of which the table's mean and spread would say too much."""
    few = [arm for arm in evidence.arms if evidence.count(f"{arm}.n") <= FEW]
    if few and len(few) <= _IN_PROSE:
        yield Paragraph(text=" ".join(arm_sentence(evidence, arm) for arm in few))


def arms_in_a_sentence(evidence: CaseView) -> str:
    """`Mean accuracy was 0.8808 (SD 0.0134) with model.lr = 0.001 and …`"""
    arms = [arm for arm in evidence.arms if evidence.count(f"{arm}.n") > FEW]
    if not 0 < len(arms) <= _IN_PROSE:
        return ""
    return f"Mean {METRIC} was {join_with_and([_with_spread(evidence, arm) for arm in arms])}."


def _with_spread(evidence: CaseView, arm: str) -> str:
    mean, sd = (fact(evidence.of_metric(arm, what)) for what in ("mean", "sd"))
    return f"{mean} (SD {sd}) with {evidence.setting(arm)}"


def arm_sentence(evidence: CaseView, arm: str) -> str:
    """One run gives a value, two give both; a mean and its spread need more."""
    usable = evidence.count(f"{arm}.n")
    mean, low, high = (fact(evidence.of_metric(arm, what)) for what in ("mean", "min", "max"))
    setting = f"With {evidence.setting(arm)}"
    if usable == 0:
        return f"{setting} no run gave a usable value of {METRIC}."
    if usable == 1:
        return f"{setting} the only usable run gave {METRIC} {mean}; a run on its own says nothing of its spread."
    if usable == 2:
        return f"{setting} the usable runs gave {METRIC} {low} and {high}."
    runs = f"{fact(f'{arm}.n')} {noun(usable, 'run')}"
    return f"{setting}, {runs} gave a mean {METRIC} of {mean} (from {low} to {high})."
