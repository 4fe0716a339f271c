"""Check goal, minimum effect, margins and worst value of a test against the name of its metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys
from compiler.comparison.metric_names import is_lower_better, is_percent, value_range
from compiler.comparison.spec_paths import CLAIMS_PATH, COMPARE_PATH
from compiler.spec.compare import Claim, Compare, Goal


def metric_problems(compare: Compare, claims: Sequence[Claim]) -> Iterator[Problem]:
    """Yield goals in the wrong direction, effects in another unit than the metric, and impossible worst values."""
    yield from goal_problems(compare.metric, compare.goal, (*COMPARE_PATH, "goal"))
    yield from _effect_problems(compare.metric, compare.minimum_effect, (*COMPARE_PATH, "minimum_effect"))
    yield from _worst_problems(compare)
    for index, claim in enumerate(claims):
        key_path, metric = (*CLAIMS_PATH, index), claim.metric or compare.metric
        if claim.metric is not None or claim.goal is not None:
            yield from goal_problems(metric, claim.goal or compare.goal, (*key_path, "goal"))
        if claim.margin is not None:
            yield from _effect_problems(metric, claim.margin, (*key_path, "margin"))
        elif claim.type == "superiority" and metric != compare.metric and compare.minimum_effect:
            problem = f"is missing: the minimum effect of `compare` is in the unit of '{compare.metric}'"
            yield Problem((*key_path, "margin"), problem, f"write the smallest relevant difference in '{metric}', or 0")


def goal_problems(metric: str, goal: Goal, key_path: Keys) -> Iterator[Problem]:
    """Yield a goal that contradicts the name of its metric."""
    lower_is_better = is_lower_better(metric)
    if lower_is_better is not None and lower_is_better != (goal == "minimize"):
        direction, right = ("lower", "minimize") if lower_is_better else ("higher", "maximize")
        hint = f"write {right}, or log the metric under another name"
        yield Problem(key_path, f"{goal} contradicts '{metric}', of which {direction} values are better", hint)


def _effect_problems(metric: str, effect: float, key_path: Keys) -> Iterator[Problem]:
    """Yield an effect that is a fraction for a metric in percent, or the other way round."""
    if is_percent(metric) and 0 < effect < 1:
        hint = f"write percentage points, such as {100 * effect:g}"
        yield Problem(key_path, f"{effect:g} is a fraction, but '{metric}' is in percent", hint)
    elif value_range(metric) == (0.0, 1.0) and effect >= 1:
        hint = f"write a fraction, such as {effect / 100:g}"
        yield Problem(key_path, f"no two values of '{metric}', which are from 0 to 1, differ by over {effect:g}", hint)


def _worst_problems(compare: Compare) -> Iterator[Problem]:
    """Yield a worst value that the metric cannot have, or that is its best value."""
    limits, worst = value_range(compare.metric), compare.worst
    if limits is None or worst is None:
        return
    key_path, (low, high) = (*COMPARE_PATH, "worst"), limits
    if not low <= worst <= high:
        upper = "up" if high == float("inf") else f"to {high:g}"
        yield Problem(key_path, f"{worst:g} is no value of '{compare.metric}', which is from {low:g} {upper}")
    elif worst == (high if compare.goal == "maximize" else low):
        hint = "a failed run would count as a perfect one"
        yield Problem(key_path, f"{worst:g} is the best value of '{compare.metric}', not the worst", hint)
