"""The statement about the arm with the best mean: it was selected after the runs, among a number of arms and runs."""

from __future__ import annotations

from agents.writers.shared.case_view import CaseView
from agents.writers.shared.few_runs import FEW
from agents.writers.shared.template_text import fact, noun


def selection_statement(view: CaseView, *, is_plain: bool = False) -> str:
    """Return how the best arm was selected, or only the numbers of runs and arms if no arm was selected.

    `is_plain`: for readers outside the field. Arms are called settings.
    """
    if not view.has("best.runs"):
        return ""
    group = "setting" if is_plain else "arm"
    runs = f"{fact('best.runs')} {noun(view.count('best.runs'), 'run')}"
    groups = f"{fact('best.arms')} {noun(view.count('best.arms'), group)}"
    if view.count("best.arms") < 2 or view.case.book.facts["best.level"].n <= FEW:
        return f"We examined {runs} in {groups}." if is_plain else f"The results are based on {runs} in {groups}."
    level = f"{fact('test.factor')} = {fact('best.level')}" if view.has("test.factor") else fact("best.level")
    metric, mean = fact("experiment.metric"), fact(f"best.{view.metric}")
    untested = "" if view.conclusion == "supported" else " No test supports this selection."
    if is_plain:
        return (
            f"*Exploratory:* we examined {runs} in {groups} and selected {level} for its mean {metric}, {mean}, after "
            f"the runs had finished. A mean that is selected in this way is subject to selection bias: part of it may "
            f"be luck.{untested}"
        )
    return (
        f"*Exploratory:* the {group} with the best mean {metric}, {level} ({mean}), was selected among {groups} and "
        f"{runs} after the runs had finished, so this mean is subject to selection bias.{untested}"
    )
