"""Importance of the swept parameters by an analysis of variance over a full grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Finding
from agents.analysts.ablation.importance_facts import PREFIX, importance_fact, term_key
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.trials import usable
from agents.documents.document import Table
from agents.facts.fact import Fact
from agents.statistics import Effect, benjamini_hochberg, describe

_UNEQUAL_SD = 3  # ratio from which standard deviations count as unequal; smaller ratios of few runs occur by chance
_COLUMNS = {"Partial eta squared": "partial_eta_squared", "F": "f", "df": "df", "p": "p_adjusted"}


def grid_importance(sweep: SweepResults, effects: Sequence[Effect]) -> Part:
    """Return the facts, the finding and the table of an analysis of variance. p is adjusted over all effects."""
    adjusted = benjamini_hochberg([effect.p for effect in effects])
    facts = [fact for effect, p in zip(effects, adjusted, strict=True) for fact in _effect_facts(sweep, effect, p)]
    name, value = f"{PREFIX}.method", "ANOVA over the full grid, type II sums of squares"
    method = importance_fact(sweep, name, value, "text", "how importance is estimated", grid_importance)
    tables = (_table(sweep, effects),) if len(effects) > 1 else ()
    return Part((method, *facts), (_finding(sweep, effects),), tables=tables)


def _effect_facts(sweep: SweepResults, effect: Effect, adjusted_p: float) -> Iterator[Fact]:
    term = effect.term.replace(":", " with ")
    for name, value, unit, label in (
        ("term", term, "text", "factor or pair of factors"),
        ("partial_eta_squared", effect.partial_eta_squared, "share", "partial eta squared"),
        ("f", effect.f, "", "F statistic"),
        ("df", effect.df, "", "degrees of freedom"),
        ("df_residual", effect.df_residual, "", "residual degrees of freedom"),
        ("p", effect.p, "p", "unadjusted p"),
        ("p_adjusted", adjusted_p, "p", "p after Benjamini-Hochberg over all terms"),
    ):
        fact_id, full_label = f"{term_key(effect.term)}.{name}", f"{label} of {term} on {sweep.metric}"
        yield importance_fact(sweep, fact_id, value, unit, full_label, grid_importance)


def _finding(sweep: SweepResults, effects: Sequence[Effect]) -> Finding:
    has_table = len(effects) > 1
    estimates = ", ".join(_estimate(effect, with_test=not has_table) for effect in effects)
    table = " ({{ref:importance}} lists the tests)" if has_table else ""
    text = (
        f"In a post hoc analysis of variance, the partial eta squared for {sweep.metric_slot} was {estimates}{table}. "
        "It is the variance that is attributed to a parameter, divided by the sum of this variance and the residual "
        f"variance. The analysis assumes that runs vary to the same extent in every setting{_unequal_variances(sweep)}."
    )
    used = ("term", "partial_eta_squared", "f", "df", "df_residual", "p", "p_adjusted")
    facts = tuple(f"{term_key(effect.term)}.{name}" for effect in effects for name in used)
    return Finding(id=PREFIX, text=text, facts=facts)


def _unequal_variances(sweep: SweepResults) -> str:
    """Return a clause that limits the use of F and p if the standard deviations of the settings are unequal."""
    deviations = [describe(usable(members)).sd or 0.0 for members in sweep.cells.values()]
    is_unequal = max(deviations) > _UNEQUAL_SD * min(deviations)
    return ", which is not the case here, so F and p are only descriptive" if is_unequal else ""


def _estimate(effect: Effect, *, with_test: bool) -> str:
    key = term_key(effect.term)
    interaction = "the interaction of " if ":" in effect.term else ""
    test = (
        f" (F = {{{{f:{key}.f}}}} with {{{{f:{key}.df}}}} and {{{{f:{key}.df_residual}}}} degrees of freedom, p"
        f" {{{{f:{key}.p}}}})"
    )
    return f"{{{{f:{key}.partial_eta_squared}}}} for {interaction}{{{{f:{key}.term}}}}{test if with_test else ''}"


def _table(sweep: SweepResults, effects: Sequence[Effect]) -> Table:
    keys = [term_key(effect.term) for effect in effects]
    rows = tuple((f"{{{{f:{key}.term}}}}", *(f"{{{{f:{key}.{name}}}}}" for name in _COLUMNS.values())) for key in keys)
    return Table(
        id="importance",
        caption=f"Effects of the swept parameters and of their interactions on {sweep.metric_slot} (post hoc). p: "
        "Benjamini-Hochberg correction over the rows.",
        columns=("Parameter", *_COLUMNS),
        rows=rows,
        numeric=(False, *(True for _ in _COLUMNS)),
    )
