"""Estimate the importance of the swept parameters from the trials of a search, for sweeps without a full grid."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.ablation.importance_facts import PREFIX, QUESTION, importance_fact, term_key
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.trials import usable
from agents.documents.document import Table
from agents.facts.fact import Fact
from agents.statistics import Importance, ImportanceNotEstimated, parameter_importance


def search_importance(sweep: SweepResults, why_no_grid: str) -> Part:
    """Estimate importance. Each setting is one trial, and its value is the mean over the seeds."""
    trials = [
        ({factor: members[0].levels[factor] for factor in sweep.factors}, values)
        for members in sweep.cells.values()
        if (values := usable(members)) and all(factor in members[0].levels for factor in sweep.factors)
    ]
    means = [sum(values) / len(values) for _, values in trials]
    if not means:
        return _not_estimated(sweep, why_no_grid, "")
    estimate = parameter_importance([levels for levels, _ in trials], means, sweep.goal)
    if isinstance(estimate, ImportanceNotEstimated):
        return _not_estimated(sweep, why_no_grid, estimate.why)
    return _ranked(sweep, estimate)


def _not_estimated(sweep: SweepResults, why_no_grid: str, why_no_search: str) -> Part:
    reasons = {"why_no_grid": (why_no_grid, "why there is no analysis of variance")}
    if why_no_search:
        reasons["why_no_search"] = (why_no_search, "why the trials give no estimate either")
    facts = tuple(
        importance_fact(sweep, f"{PREFIX}.{name}", reason, "text", label, search_importance)
        for name, (reason, label) in reasons.items()
    )
    why = f"Recorded reason: {'; '.join(f'{{{{f:{fact.id}}}}}' for fact in facts)}."
    return Part(facts, not_estimated=(NotEstimated(what=QUESTION, why=why),))


def _ranked(sweep: SweepResults, estimate: Importance) -> Part:
    facts = _facts(sweep, estimate)
    keys = [term_key(share.parameter) for share in estimate.shares]
    first, *others = keys
    rest = "".join(f", {{{{f:{key}.term}}}} for {{{{f:{key}.share}}}}" for key in others)
    text = (
        f"{{{{f:{first}.term}}}} accounts for a share of {{{{f:{first}.share}}}} of the variance of "
        f"{sweep.metric_slot} over the searched space{rest}. In a share of {{{{f:{PREFIX}.stability}}}} of the "
        "resampled searches, the same parameter has the top share."
    )
    finding = Finding(id=PREFIX, text=text, facts=tuple(fact.id for fact in facts))
    return Part(tuple(facts), (finding,), tables=(_table(sweep, keys),))


def _facts(sweep: SweepResults, estimate: Importance) -> list[Fact]:
    rows: list[tuple[str, str | float | int, str, str]] = [
        (f"{PREFIX}.method", estimate.method, "text", "how importance is estimated"),
        (f"{PREFIX}.trials", estimate.trials, "trials", "trials that importance is estimated from"),
        (f"{PREFIX}.stability", estimate.stability, "share", "resampled searches with the same first parameter"),
    ]
    for share in estimate.shares:
        key = term_key(share.parameter)
        label = f"share of the variance of {sweep.metric} that {share.parameter} accounts for"
        rows += [
            (f"{key}.term", share.parameter, "text", "parameter"),
            (f"{key}.share", share.share, "share", label),
            (f"{key}.low", share.low, "share", f"lower limit over resamples, {label}"),
            (f"{key}.high", share.high, "share", f"upper limit over resamples, {label}"),
        ]
    return [importance_fact(sweep, name, value, unit, label, search_importance) for name, value, unit, label in rows]


def _table(sweep: SweepResults, keys: Sequence[str]) -> Table:
    rows = tuple(
        (f"{{{{f:{key}.term}}}}", f"{{{{f:{key}.share}}}}", f"{{{{f:{key}.low}}}} to {{{{f:{key}.high}}}}")
        for key in keys
    )
    return Table(
        id="importance",
        caption=f"Shares of the variance of {sweep.metric_slot} over the searched space, with intervals over resamples "
        "of the trials.",
        columns=("Parameter", "Share", "Interval"),
        rows=rows,
        numeric=(False, True, True),
    )
