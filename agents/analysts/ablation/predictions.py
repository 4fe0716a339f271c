"""What would come of a run that was not made: predictions with limits, and never beyond what was swept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.derived_facts import derived_fact
from agents.analysts.shared.part import Part
from agents.context.level_scale import is_logarithmic, numeric_levels, relative_position
from agents.context.trials import best_cell, usable
from agents.documents.document import Table
from agents.facts.fact import Fact, Value
from agents.facts.ids import label, level_key
from agents.facts.subject import arm_subject, cell_subject
from agents.proposals.refine import levels_between
from agents.statistics import UnusableSample, describe, prediction_interval

PREFIX = "ablation.what_if"
LEVEL = 0.95
TABLE = "predictions"
_ENOUGH = 3  # runs that show a spread
_NEAR = 10.0  # levels on a logarithmic scale: between any that lie further apart, no line would be believed
_MOST = 12  # arms; beyond them a table of predictions is read by nobody


@dataclass(frozen=True)
class Prediction:
    """The metric of a fresh run: `mean` is the best guess, and the limits hold with probability `LEVEL`."""

    mean: float
    low: float
    high: float


def predictions(swept: SweepResults) -> Part:
    """Another seed of each setting, and a level between two that were swept."""
    if not swept.factors or len(swept.cells) > _MOST:
        return Part()
    fresh, between = list(_fresh_runs(swept)), list(_between_levels(swept))
    unpredicted = any(len(usable(members)) < _ENOUGH for members in swept.cells.values())
    why = "So few runs show no spread to predict from, in at least a setting of the sweep."
    missing = (NotEstimated(what="A fresh run of every setting", why=why),) if unpredicted else ()
    return Part(
        tuple(fact for facts in (*fresh, *(facts for facts, _ in between)) for fact in facts),
        (*_fresh_finding(swept, fresh), *(finding for _, finding in between)),
        not_estimated=missing,
        tables=_fresh_table(swept, fresh),
    )


def interpolate(low: Sequence[float], high: Sequence[float], way: float) -> Prediction:
    """A fresh run at a level that lies `way` (0 to 1) between two others, whose runs these are.

    Means are joined by a straight line; the spread of a run is pooled from both levels. The limits are Student's,
    with n_low + n_high - 2 degrees of freedom: mean ± t sd sqrt(1 + (1-way)²/n_low + way²/n_high). That the truth is
    straight between the levels is an assumption, which no run of these can check.

    Raises:
        UnusableSample: fewer than three runs at a level, a place beyond them, or runs that do not vary.
    """
    from scipy import special

    first, second = describe(low), describe(high)
    if min(first.n, second.n) < _ENOUGH or first.sd is None or second.sd is None or not 0 <= way <= 1:
        raise UnusableSample(f"to predict between two levels takes {_ENOUGH} runs at each, and a place between them")
    freedom = first.n + second.n - 2
    variance = ((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / freedom
    if not variance:
        raise UnusableSample("runs that do not vary tell nothing of the spread of another")
    mean = (1 - way) * first.mean + way * second.mean
    share = 1 + (1 - way) ** 2 / first.n + way**2 / second.n
    reach = float(special.stdtrit(freedom, (1 + LEVEL) / 2)) * math.sqrt(variance * share)
    return Prediction(mean, mean - reach, mean + reach)


def _fresh_runs(swept: SweepResults) -> Iterator[list[Fact]]:
    for members in swept.cells.values():
        values = usable(members)
        levels = {factor: members[0].levels[factor] for factor in swept.factors if factor in members[0].levels}
        if len(values) < _ENOUGH:
            continue
        try:
            found = prediction_interval(values, LEVEL)
        except UnusableSample:
            continue
        subject = arm_subject(levels) if len(swept.factors) == 1 else cell_subject(levels)
        prediction = Prediction(describe(values).mean, found.low, found.high)
        key = f"{PREFIX}[{level_key(levels)}]"
        yield list(_facts(swept, key, levels, prediction, swept.facts_of(members), str(subject), prediction_interval))


def _fresh_finding(swept: SweepResults, fresh: Sequence[Sequence[Fact]]) -> Iterator[Finding]:
    if fresh:
        text = (
            f"{{{{ref:{TABLE}}}}} predicts the {swept.metric_slot} of another run of each setting: the limits hold in"
            f" {{{{f:{fresh[0][-1].id}}}}} of cases, for each setting by itself, if values scatter normally and the"
            " new seed is drawn as those before it."
        )
        yield _finding(PREFIX, text, [fact for facts in fresh for fact in facts])


def _fresh_table(swept: SweepResults, fresh: Sequence[Sequence[Fact]]) -> tuple[Table, ...]:
    if not fresh:
        return ()
    rows = tuple(_row(*(f"{{{{f:{fact.id}}}}}" for fact in facts[:-1])) for facts in fresh)
    return (
        Table(
            id=TABLE,
            caption=f"Predicted {swept.metric_slot} of a fresh run of each setting, with the limits of a prediction"
            f" interval at {{{{f:{fresh[0][-1].id}}}}}. No run has shown these values.",
            columns=("Run", "Value", "From", "To"),
            rows=rows,
            numeric=(False, True, True, True),
        ),
    )


def _row(setting: str, *numbers: str) -> tuple[str, ...]:
    """Each says for itself that it is a prediction."""
    return (f"predicted with {setting}", *numbers)


def _between_levels(swept: SweepResults) -> Iterator[tuple[list[Fact], Finding]]:
    """Of the only factor: with several, a level between two would have to name the others."""
    if len(swept.factors) != 1:
        return
    (factor, levels), best = next(iter(swept.factors.items())), best_cell(swept.cells, swept.goal)
    ordered = numeric_levels(levels)
    if ordered is None or best is None:
        return
    by_number = {float(level): swept.cells[(label(level),)] for level in levels}
    for value in levels_between(levels, best[1][0].levels[factor]):
        low = max(one for one in ordered if one < value)
        high = min(one for one in ordered if one > value)
        told = _between(swept, factor, value, (low, high), by_number)
        if told is not None:
            yield told


def _between(
    swept: SweepResults, factor: str, value: float, around: tuple[float, float], by_number: Mapping[float, Any]
) -> tuple[list[Fact], Finding] | None:
    low, high = (by_number[level] for level in around)
    logarithmic = is_logarithmic(sorted(by_number))
    if logarithmic and around[1] > _NEAR * (1 + 1e-9) * around[0]:
        return None
    way = relative_position(value, *around, logarithmic=logarithmic)
    try:
        found = interpolate(usable(low), usable(high), way)
    except UnusableSample:
        return None
    key = f"{PREFIX}[{level_key({factor: value})}]"
    inputs = swept.facts_of([*low, *high])
    facts = list(_facts(swept, key, {factor: value}, found, inputs, "experiment", interpolate))
    ends = [arm_subject({factor: members[0].levels[factor]}) for members in (low, high)]
    scale = " on a logarithmic scale" if logarithmic else ""
    text = (
        f"For a run with {_setting(key)}, between {{{{f:{ends[0]}.level}}}} and {{{{f:{ends[1]}.level}}}}, the"
        f" predicted {swept.metric_slot} is {{{{f:{key}.low}}}} to {{{{f:{key}.high}}}} with a confidence of"
        f" {{{{f:{key}.confidence}}}}, if the metric follows a straight line{scale} between those levels and runs"
        " scatter normally and alike at both, which no run has checked."
    )
    named = [f"{end}.level" for end in ends if f"{end}.level" in swept.case.book.facts]
    return (facts, _finding(key, text, facts, named)) if len(named) == len(ends) else None


def _facts(
    swept: SweepResults,
    key: str,
    levels: Mapping[str, Any],
    found: Prediction,
    inputs: Sequence[Fact],
    subject: str,
    function: Callable[..., Any],
) -> Iterator[Fact]:
    unit = inputs[0].unit
    where = ", ".join(f"{factor} = {label(level)}" for factor, level in levels.items())
    mean_function = describe if function is prediction_interval else function
    for name, value, its_unit, what, producer in (
        ("setting", where, "text", "setting", predictions),
        ("mean", found.mean, unit, "mean", mean_function),
        ("low", _possible(found.low, unit), unit, "lower limit", function),
        ("high", _possible(found.high, unit), unit, "upper limit", function),
        ("confidence", 100 * LEVEL, "percent", "confidence", predictions),
    ):
        told: Value = value
        of = f"{what} of the predicted {swept.metric} of a fresh run with {where}"
        fact = derived_fact(f"{key}.{name}", told, its_unit, of, subject, inputs, producer)
        yield replace(fact, is_prediction=True, is_post_hoc=True)


def _possible(limit: float, unit: str) -> float:
    """A share lies between 0 and 1, whatever the t distribution says."""
    return min(max(limit, 0.0), 1.0) if unit == "share" else limit


def _setting(key: str) -> str:
    return f"{{{{f:{key}.setting}}}}"


def _finding(key: str, text: str, facts: Sequence[Fact], named: Sequence[str] = ()) -> Finding:
    return Finding(id=key, kind="prediction", text=text, facts=(*(one.id for one in facts), *named))
