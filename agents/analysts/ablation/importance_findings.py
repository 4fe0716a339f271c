"""Estimate how much of the variance each swept parameter accounts for, or state why this cannot be estimated."""

from __future__ import annotations

from agents.analysis.analysis_schema import NotEstimated
from agents.analysts.ablation.grid_importance import grid_importance
from agents.analysts.ablation.importance_facts import PREFIX, QUESTION, importance_fact
from agents.analysts.ablation.search_importance import search_importance
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.trials import usable
from agents.statistics import UnusableSample, anova

_MIN_RESIDUAL_DF = 4


def importance_findings(sweep: SweepResults) -> Part:
    """Return an analysis of variance of a full grid with seeds, otherwise an estimate from the trials of a search."""
    if not sweep.factors:
        return Part(not_estimated=(NotEstimated(what=QUESTION, why="Only the seed was swept."),))
    if not sweep.facts:
        return Part(not_estimated=(NotEstimated(what=QUESTION, why="No run gave a value."),))
    cells = {cell: usable(members) for cell, members in sweep.cells.items()}
    try:
        effects = anova(cells, list(sweep.factors))
    except UnusableSample as error:
        return search_importance(sweep, why_no_grid=str(error))
    if effects[0].df_residual < _MIN_RESIDUAL_DF:
        return _too_few_repeated_runs(sweep, effects[0].df_residual)
    return grid_importance(sweep, effects)


def _too_few_repeated_runs(sweep: SweepResults, df_residual: int) -> Part:
    label = "residual degrees of freedom"
    fact = importance_fact(sweep, f"{PREFIX}.df_residual", df_residual, "", label, importance_findings)
    why = f"The repeated runs leave only {{{{f:{fact.id}}}}} residual degrees of freedom."
    return Part((fact,), not_estimated=(NotEstimated(what=QUESTION, why=why),))
