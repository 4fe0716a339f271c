"""Predict the metric of a run at a level between two swept levels, by linear interpolation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from agents.analysts.ablation.prediction import (
    LEVEL,
    MIN_RUNS,
    Prediction,
    prediction_facts,
    prediction_finding,
    prediction_key,
)
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.level_scale import is_logarithmic, numeric_levels, relative_position
from agents.context.trials import Trial, best_cell, usable
from agents.facts.ids import label
from agents.facts.subject import arm_subject
from agents.proposals.refine import levels_between
from agents.statistics import UnusableSample, describe

_MAX_RATIO = 10.0  # of neighbouring levels on a logarithmic scale; a straight line over a larger gap is not plausible


def interpolate(low: Sequence[float], high: Sequence[float], position: float) -> Prediction:
    """Predict a new run at a level between two others, given the runs at both. `position` is 0 at `low`, 1 at `high`.

    Means are interpolated linearly, and the standard deviation is pooled from both levels. The interval is mean ± t sd
    sqrt(1 + (1-position)²/n_low + position²/n_high), with n_low + n_high - 2 degrees of freedom. These runs cannot
    check the assumption that the metric is linear between the levels.

    Raises:
        UnusableSample: fewer than three runs at a level, a position outside 0 to 1, or runs that do not vary.
    """
    from scipy import special

    first, second = describe(low), describe(high)
    if min(first.n, second.n) < MIN_RUNS or first.sd is None or second.sd is None or not 0 <= position <= 1:
        raise UnusableSample(f"an interpolation needs {MIN_RUNS} runs at both levels and a position between them")
    df = first.n + second.n - 2
    variance = ((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df
    if not variance:
        raise UnusableSample("runs that do not vary give no estimate of the variation of another run")
    mean = (1 - position) * first.mean + position * second.mean
    factor = 1 + (1 - position) ** 2 / first.n + position**2 / second.n
    half_width = float(special.stdtrit(df, (1 + LEVEL) / 2)) * math.sqrt(variance * factor)
    return Prediction(mean, mean - half_width, mean + half_width)


def interpolated_predictions(sweep: SweepResults) -> Iterator[Part]:
    """Yield a prediction for a level on either side of the best one, if a single numeric factor was swept."""
    best = best_cell(sweep.cells, sweep.goal)
    if len(sweep.factors) != 1 or best is None:
        return
    ((factor, levels),) = sweep.factors.items()
    ordered = numeric_levels(levels)
    if ordered is None:
        return
    by_number = {float(level): sweep.cells[(label(level),)] for level in levels}
    for value in levels_between(levels, best[1][0].levels[factor]):
        low = max(number for number in ordered if number < value)
        high = min(number for number in ordered if number > value)
        is_log = is_logarithmic(sorted(by_number))
        if is_log and high > _MAX_RATIO * (1 + 1e-9) * low:
            continue
        position = relative_position(value, low, high, logarithmic=is_log)
        yield from _prediction_at(sweep, {factor: value}, (by_number[low], by_number[high]), position, is_log=is_log)


def _prediction_at(
    sweep: SweepResults,
    levels: dict[str, Any],
    neighbours: tuple[list[Trial], list[Trial]],
    position: float,
    *,
    is_log: bool,
) -> Iterator[Part]:
    low, high = neighbours
    try:
        prediction = interpolate(usable(low), usable(high), position)
    except UnusableSample:
        return
    facts = tuple(prediction_facts(sweep, levels, prediction, sweep.facts_of([*low, *high]), "experiment", interpolate))
    (factor,) = levels
    level_ids = [f"{arm_subject({factor: members[0].levels[factor]})}.level" for members in neighbours]
    if not all(level_id in sweep.case.book.facts for level_id in level_ids):
        return
    key = prediction_key(levels)
    scale = " on a logarithmic scale" if is_log else ""
    text = (
        f"For a run with {{{{f:{key}.setting}}}}, between {{{{f:{level_ids[0]}}}}} and {{{{f:{level_ids[1]}}}}}, the "
        f"predicted {sweep.metric_slot} is {{{{f:{key}.low}}}} to {{{{f:{key}.high}}}} with a confidence of "
        f"{{{{f:{key}.confidence}}}}. The prediction assumes a straight line{scale} between those levels and normally "
        "distributed runs with the same variance at both; no run has tested it."
    )
    yield Part(facts, (prediction_finding(key, text, (*(fact.id for fact in facts), *level_ids)),))
