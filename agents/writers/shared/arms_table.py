"""Build the table of the arms."""

from __future__ import annotations

from agents.documents.document import Table
from agents.writers.shared.case_view import NONE, CaseView
from agents.writers.shared.few_runs import DASH_EXPLANATION, has_few_runs
from agents.writers.shared.template_text import fact

_OF_SEVERAL_RUNS = ("mean", "sd")  # statistics that need several runs


def arms_table(view: CaseView) -> Table:
    rows = tuple(
        (
            fact(f"{arm}.level"),
            fact(f"{arm}.n"),
            view.cell(f"{arm}.failed"),
            *(_cell(view, arm, statistic) for statistic in ("mean", "sd", "min", "max")),
            view.cell(f"{arm}.seconds.mean"),
        )
        for arm in view.arms
    )
    factor = fact("test.factor") if view.has("test.factor") else "Setting"
    few = DASH_EXPLANATION if any(has_few_runs(view, arm) for arm in view.arms) else ""
    return Table(
        id="arms",
        caption=f"Number of usable and failed runs by arm, and {fact('experiment.metric')} of the usable runs. SD: "
        f"standard deviation between runs. Time: mean duration of a run.{few}",
        columns=(factor, "Usable", "Failed", "Mean", "SD", "Minimum", "Maximum", "Time"),
        rows=rows,
        numeric=(False, *(True,) * 7),
    )


def _cell(view: CaseView, arm: str, statistic: str) -> str:
    if statistic in _OF_SEVERAL_RUNS and has_few_runs(view, arm):
        return NONE
    return view.cell(view.of_metric(arm, statistic))
