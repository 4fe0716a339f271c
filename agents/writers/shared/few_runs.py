"""The rule for arms with few runs: texts and tables give their values, but no mean and no standard deviation."""

from __future__ import annotations

from agents.writers.shared.case_view import CaseView

FEW = 2  # the largest number of runs of an arm that are reported as individual values
DASH_EXPLANATION = " A dash means that the arm has too few runs."


def has_few_runs(view: CaseView, arm: str) -> bool:
    return view.count(f"{arm}.n") <= FEW
