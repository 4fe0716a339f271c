"""How much of the spread each swept parameter accounts for, or why that cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.derived_facts import derived_fact
from agents.analysts.shared.part import Part
from agents.context.trials import usable
from agents.documents.document import Table
from agents.facts.fact import Fact, Value
from agents.facts.ids import plain
from agents.statistics import (
    Effect,
    Importance,
    UnusableSample,
    anova,
    benjamini_hochberg,
    describe,
    parameter_importance,
)
from agents.statistics import NotEstimated as Unestimated

PREFIX = "ablation.importance"
_LEAST_FREEDOM = 4
_UNLIKE = 3  # times: spreads of few runs differ by less without any cause
_WHAT = "The importance of the swept parameters"


def importance_findings(swept: SweepResults) -> Part:
    """A full grid with seeds is analysed as such; anything else as a search, if it has the trials for that."""
    if not swept.factors:
        return Part(not_estimated=(NotEstimated(what=_WHAT, why="Nothing but the seed was swept."),))
    if not swept.facts:
        return Part(not_estimated=(NotEstimated(what=_WHAT, why="No run gave a value."),))
    cells = {cell: usable(members) for cell, members in swept.cells.items()}
    try:
        effects = anova(cells, list(swept.factors))
    except UnusableSample as error:
        return _of_search(swept, str(error))
    if effects[0].df_residual < _LEAST_FREEDOM:
        return _too_few(swept, effects[0].df_residual)
    return _of_grid(swept, effects)


def _too_few(swept: SweepResults, freedom: int) -> Part:
    """With hardly a repeated run the F test says much and knows little."""
    fact = _fact(swept, "df_residual", freedom, "", "residual degrees of freedom")
    why = f"Runs that differ by their seed alone leave {{{{f:{fact.id}}}}} degrees of freedom to tell chance by."
    return Part((fact,), not_estimated=(NotEstimated(what=_WHAT, why=why),))


def _of_grid(swept: SweepResults, effects: Sequence[Effect]) -> Part:
    adjusted = benjamini_hochberg([one.p for one in effects])
    facts = [fact for one, p in zip(effects, adjusted, strict=True) for fact in _effect_facts(swept, one, p)]
    method = _fact(
        swept, "method", "ANOVA over the full grid, type II sums of squares", "text", "how importance is told"
    )
    tables = (_effect_table(swept, effects),) if len(effects) > 1 else ()
    return Part((method, *facts), (_effects_finding(swept, effects),), tables=tables)


def _effect_facts(swept: SweepResults, effect: Effect, adjusted: float) -> Iterator[Fact]:
    name = _key(effect.term)
    of = f"of {effect.term.replace(':', ' with ')} on {swept.metric}"
    for last, value, unit, label in (
        ("term", effect.term.replace(":", " with "), "text", "factor or pair of factors"),
        ("partial_eta_squared", effect.partial_eta_squared, "share", "partial eta squared"),
        ("f", effect.f, "", "F statistic"),
        ("df", effect.df, "", "degrees of freedom"),
        ("df_residual", effect.df_residual, "", "residual degrees of freedom"),
        ("p", effect.p, "p", "unadjusted p"),
        ("p_adjusted", adjusted, "p", "p after Benjamini-Hochberg over all terms"),
    ):
        yield _fact(swept, f"{name}.{last}", value, unit, f"{label} {of}")


def _effects_finding(swept: SweepResults, effects: Sequence[Effect]) -> Finding:
    keys = [f"{PREFIX}{_key(one.term)}" for one in effects]
    several = len(effects) > 1
    told = [_told(key, is_pair=":" in one.term, in_full=not several) for one, key in zip(effects, keys, strict=True)]
    table = "; {{ref:importance}} has the tests" if several else ""
    text = (
        f"By an analysis of variance, post hoc, the partial eta squared is {', '.join(told)}{table}. It is the part of"
        f" the spread of {swept.metric_slot} that goes with a parameter, out of that part and what varies by chance,"
        f" and it supposes that runs scatter alike in every setting{_but_they_do_not(swept)}."
    )
    used = ("term", "partial_eta_squared", "f", "df", "df_residual", "p", "p_adjusted")
    return Finding(id=PREFIX, text=text, facts=tuple(f"{key}.{name}" for key in keys for name in used))


def _but_they_do_not(swept: SweepResults) -> str:
    """Where the spread of one setting is a multiple of another's, F and p are not what they are called."""
    spreads = [describe(usable(members)).sd or 0.0 for members in swept.cells.values()]
    return ", which these runs do not: F and p only describe them" if max(spreads) > _UNLIKE * min(spreads) else ""


def _told(key: str, *, is_pair: bool, in_full: bool) -> str:
    test = (
        f" (F with {{{{f:{key}.df}}}} and {{{{f:{key}.df_residual}}}} degrees of freedom {{{{f:{key}.f}}}}, p"
        f" {{{{f:{key}.p}}}})"
    )
    whose = "the interaction of " if is_pair else ""
    return f"{{{{f:{key}.partial_eta_squared}}}} for {whose}{{{{f:{key}.term}}}}{test if in_full else ''}"


def _effect_table(swept: SweepResults, effects: Sequence[Effect]) -> Table:
    columns = {"Partial eta squared": "partial_eta_squared", "F": "f", "df": "df", "p": "p_adjusted"}
    rows = []
    for one in effects:
        key = f"{PREFIX}{_key(one.term)}"
        rows.append((f"{{{{f:{key}.term}}}}", *(f"{{{{f:{key}.{name}}}}}" for name in columns.values())))
    return Table(
        id="importance",
        caption=f"The swept parameters and their interactions: effect on {swept.metric_slot}, post hoc. p after"
        " Benjamini-Hochberg over the table.",
        columns=("Parameter", *columns),
        rows=tuple(rows),
        numeric=(False, True, True, True, True),
    )


def _of_search(swept: SweepResults, why_no_grid: str) -> Part:
    """One trial a setting: runs that differ by their seed alone are no trials of their own."""
    trials = [
        ({factor: members[0].levels[factor] for factor in swept.factors}, values)
        for members in swept.cells.values()
        if (values := usable(members)) and all(factor in members[0].levels for factor in swept.factors)
    ]
    means = [sum(values) / len(values) for _, values in trials]
    found = parameter_importance([levels for levels, _ in trials], means, swept.goal) if means else Unestimated("")
    if isinstance(found, Importance):
        return _ranked(swept, found)
    why = [_fact(swept, "why_no_grid", why_no_grid, "text", "why there is no analysis of variance")]
    why += [_fact(swept, "why_no_search", found.why, "text", "why trials do not tell either")] if found.why else []
    told = "; ".join(f"{{{{f:{one.id}}}}}" for one in why)
    return Part(tuple(why), not_estimated=(NotEstimated(what=_WHAT, why=f"As recorded: {told}."),))


def _ranked(swept: SweepResults, found: Importance) -> Part:
    facts = [_fact(swept, "method", found.method, "text", "how importance is told")]
    facts += [_fact(swept, "trials", found.trials, "trials", "trials that importance is told from")]
    facts += [_fact(swept, "stability", found.stability, "share", "resampled searches with the same first parameter")]
    for one in found.shares:
        name, of = _key(one.parameter), f"share of the variance of {swept.metric} that {one.parameter} accounts for"
        facts += [_fact(swept, f"{name}.term", one.parameter, "text", "parameter")]
        facts += [_fact(swept, f"{name}.share", one.share, "share", of)]
        facts += [_fact(swept, f"{name}.low", one.low, "share", f"lower limit over resamples, {of}")]
        facts += [_fact(swept, f"{name}.high", one.high, "share", f"upper limit over resamples, {of}")]
    keys = [f"{PREFIX}{_key(one.parameter)}" for one in found.shares]
    told = ", ".join(f"{{{{f:{key}.share}}}} to {{{{f:{key}.term}}}}" for key in keys)
    stable = "The same parameter comes first in a share of {{f:ablation.importance.stability}} of resampled searches."
    text = f"Of the variance of {swept.metric_slot} over the searched space goes a share of {told}. {stable}"
    finding = Finding(id=PREFIX, text=text, facts=tuple(one.id for one in facts))
    return Part(tuple(facts), (finding,), tables=(_share_table(swept, keys),))


def _share_table(swept: SweepResults, keys: Sequence[str]) -> Table:
    rows = [
        (f"{{{{f:{key}.term}}}}", f"{{{{f:{key}.share}}}}", f"{{{{f:{key}.low}}}} to {{{{f:{key}.high}}}}")
        for key in keys
    ]
    return Table(
        id="importance",
        caption=f"Shares of the variance of {swept.metric_slot} over the searched space, with limits over resamples of"
        " the trials.",
        columns=("Parameter", "Share", "Limits"),
        rows=tuple(rows),
        numeric=(False, True, True),
    )


def _key(term: str) -> str:
    return f"[{plain(term)}]"


def _fact(swept: SweepResults, name: str, value: Value, unit: str, label: str) -> Fact:
    separator = "" if name.startswith("[") else "."
    found = derived_fact(
        f"{PREFIX}{separator}{name}", value, unit, label, "experiment", swept.facts, importance_findings
    )
    return replace(found, is_post_hoc=True)
