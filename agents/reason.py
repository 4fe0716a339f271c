"""The one sentence that says why a verdict is what it is. Code puts the numbers in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.arms import Arm
from agents.contrast import Contrast

if TYPE_CHECKING:
    from agents.verdict import Comparison


def reason(comparison: Comparison) -> str:
    """Failed runs of the registered arms are told whatever the verdict."""
    sentence = {
        "supported": _supported,
        "refuted": _refuted,
        "inconclusive": _inconclusive,
        "untestable": _untestable,
    }[comparison.verdict](comparison)
    failed = [_failed(arm) for arm in _registered(comparison) if arm.failed]
    left_out = f"; left out as failed: {', '.join(failed)}" if failed else ""
    return f"{sentence}{left_out}."


def _supported(comparison: Comparison) -> str:
    test = comparison.test
    supported = [each for each in comparison.contrasts if each.conclusion == "supported"]
    best = _best(supported)
    also = [each.treatment for each in supported if each is not best]
    direction = "higher" if test.goal == "maximize" else "lower"
    found = f"With {test.factor}={best.treatment} {test.metric} is {direction} than with {test.control}"
    minimum = f" and reaches the registered minimum of {test.minimum_effect:.4g}" if test.minimum_effect else ""
    rest = f"; the same holds for {', '.join(also)}" if also else ""
    return f"{found}{minimum} ({_numbers(comparison, best)}){rest}"


def _refuted(comparison: Comparison) -> str:
    test, best = comparison.test, _best(comparison.contrasts)
    alone = len(comparison.contrasts) == 1
    levels = f"{test.factor}={best.treatment}" if alone else f"every registered level of {test.factor}"
    smaller = f"improve over {test.control} by less than the registered minimum of {test.minimum_effect:.4g}"
    shown = smaller if test.minimum_effect else f"be worse than with {test.control}"
    nearest = "" if alone else f"the nearest is {best.treatment}: "
    return f"With {levels} {test.metric} is shown to {shown} ({nearest}{_numbers(comparison, best)})"


def _inconclusive(comparison: Comparison) -> str:
    test, best = comparison.test, _best(comparison.contrasts)
    size = f" by at least {test.minimum_effect:.4g}" if test.minimum_effect else ""
    claim = f"a registered level of {test.factor} improves {test.metric} over {test.control}{size}"
    observed = f"the most favourable is {best.treatment}: {_numbers(comparison, best)}"
    return f"The runs neither establish nor exclude that {claim} ({observed})"


def _untestable(comparison: Comparison) -> str:
    test = comparison.test
    if not comparison.contrasts:
        return f"There is no level of {test.factor} to compare with {test.control}"
    unit = "pairs" if test.paired else "usable runs in each of two arms"
    needed = f"it takes {comparison.required_n} {'pairs' if test.paired else 'runs per arm'}"
    needed = "more runs would not lower it far enough" if comparison.required_n is None else needed
    if all(each.p is None for each in comparison.contrasts):
        return f"A comparison needs at least two {unit}, and there are {_counts(comparison)}; {needed}"
    family = f" after Holm over {comparison.family_size}" if comparison.family_size > 1 else ""
    floor = f"The smallest p{family} that these runs could give is {comparison.floor:.3g}"
    return f"{floor}, above alpha = {test.alpha:g} (there are {_counts(comparison)}); {needed}"


def _counts(comparison: Comparison) -> str:
    test = comparison.test
    if test.paired:
        return ", ".join(f"{each.n_treatment} with {test.factor}={each.treatment}" for each in comparison.contrasts)
    return ", ".join(f"{arm.n} with {test.factor}={arm.level}" for arm in _registered(comparison))


def _best(contrasts: Sequence[Contrast]) -> Contrast:
    """The largest observed improvement; a contrast without one comes last."""
    return max(contrasts, key=lambda each: float("-inf") if each.improvement is None else each.improvement)


def _numbers(comparison: Comparison, contrast: Contrast) -> str:
    interval = contrast.interval
    limits = f", {100 * interval.level:.4g}% interval {interval.low:+.4g} to {interval.high:+.4g}" if interval else ""
    p = "p after Holm" if comparison.family_size > 1 else "p"
    n = f"n = {contrast.n_treatment} and {contrast.n_control}"
    n = f"{contrast.n_treatment} pairs" if comparison.test.paired else n
    return f"difference {contrast.difference:+.4g}{limits}, {p} = {contrast.p_adjusted:.3g}, {n}"


def _registered(comparison: Comparison) -> list[Arm]:
    levels = {comparison.test.control, *(each.treatment for each in comparison.contrasts)}
    return [arm for arm in comparison.arms if arm.level in levels]


def _failed(arm: Arm) -> str:
    return f"{arm.failed} of {arm.failed + arm.n} runs with {arm.level}"
