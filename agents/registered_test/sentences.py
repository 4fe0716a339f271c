"""Express the outcomes of the registered test in words. Only these sentences compare arms.

A clause never states more than its outcome. What is neither established nor excluded is described as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agents.facts.number_format import format_exact, format_p, format_p_equals, format_quantity
from agents.facts.units import unit_of
from agents.facts.verdict import TestOutcome
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.statistics import at_most

_POST_HOC = "The registration was changed after runs had finished, so this test is post hoc."


class Statement(NamedTuple):
    """A clause that fits into a sentence, and a complete sentence with numbers."""

    words: str
    sentence: str

    def post_hoc(self) -> Statement:
        """Return the statement for a test that was changed after results could be seen."""
        return Statement(f"in a post hoc test, {self.words}", f"{self.sentence} {_POST_HOC}")


def hypothesis_statement(comparison: Comparison) -> Statement:
    """Return the verdict on the whole family. Failed runs are always reported."""
    statement = _untestable(comparison) if comparison.verdict == "untestable" else _decided(comparison)
    failed = _failed_runs(comparison)
    return Statement(statement.words, f"{statement.sentence} {failed}" if failed else statement.sentence)


def contrast_statement(comparison: Comparison, contrast: Contrast) -> Statement:
    """Return the outcome of one contrast."""
    if contrast.conclusion == "untestable":
        words = f"these runs do not allow a comparison of {_setting(comparison, contrast)} with {_control(comparison)}"
        return Statement(words, _values(comparison, contrast))
    words = _contrast_words(comparison, contrast)
    return Statement(words, f"{_capital(words)} ({_numbers(comparison, contrast)}).")


def _decided(comparison: Comparison) -> Statement:
    """One contrast decides if it is the only one or is supported. Otherwise the clause covers all levels."""
    best = _most_favourable(comparison)
    if comparison.verdict == "supported" or len(comparison.contrasts) == 1:
        words, prefix = _contrast_words(comparison, best), ""
    else:
        words = _claim(comparison, comparison.verdict, f"any registered level of {comparison.test.factor}")
        prefix = f"most favourable contrast, {_setting(comparison, best)}: "
    numbers = f"{prefix}{_numbers(comparison, best)}"
    return Statement(words, f"{_capital(words)} ({numbers}).{_also_supported(comparison, best)}")


def _contrast_words(comparison: Comparison, contrast: Contrast) -> str:
    setting, minimum = _setting(comparison, contrast), comparison.test.minimum_effect
    if contrast.conclusion == "supported":
        reaches = f", and the observed difference reaches the registered minimum effect of {format_exact(minimum)}"
        return f"{_observed(comparison, setting, is_improvement=True)}{reaches if minimum else ''}"
    if contrast.conclusion == "refuted" and _is_significantly_worse(comparison, contrast):
        return _observed(comparison, setting, is_improvement=False)
    return _claim(comparison, contrast.conclusion, setting)


def _observed(comparison: Comparison, setting: str, *, is_improvement: bool) -> str:
    direction = _direction(comparison, is_improvement=is_improvement)
    return f"with {setting} {comparison.test.metric} was {direction} than with {_control(comparison)}"


def _claim(comparison: Comparison, outcome: TestOutcome, setting: str) -> str:
    """Say that the runs exclude, or neither establish nor exclude, the registered claim."""
    verb = {"refuted": "exclude", "inconclusive": "neither establish nor exclude"}[outcome]
    minimum = comparison.test.minimum_effect
    size = f", by at least {format_exact(minimum)}" if minimum else ""
    metric, direction = comparison.test.metric, _direction(comparison, is_improvement=True)
    return f"the runs {verb} that {metric} is {direction} with {setting} than with {_control(comparison)}{size}"


def _direction(comparison: Comparison, *, is_improvement: bool) -> str:
    return "higher" if (comparison.test.goal == "maximize") == is_improvement else "lower"


def _untestable(comparison: Comparison) -> Statement:
    contrasts = comparison.contrasts
    if not contrasts:
        words = f"there is no level of {comparison.test.factor} to compare with {_control(comparison)}"
        return Statement(words, f"{_capital(words)}.")
    if all(contrast.p is None for contrast in contrasts):
        words = "the registered test cannot be carried out because an arm has fewer than two usable runs"
        reason = f"{_capital(words)}."
    else:
        words = "the registered test could not have reached a conclusion with this number of runs"
        smallest = (
            f"The smallest {_p_name(comparison)} attainable with this number of runs is {format_p(comparison.floor)}"
        )
        reason = f"{smallest}, which is above the registered alpha of {format_exact(comparison.test.alpha)}."
    values = [_values(comparison, contrast) for contrast in contrasts]
    return Statement(words, " ".join([reason, _required(comparison), *values]))


def _required(comparison: Comparison) -> str:
    unit, n = "pairs" if comparison.test.paired else "runs per arm", comparison.required_n
    return f"No number of {unit} is sufficient." if n is None else f"The test requires {n} {unit}."


def _values(comparison: Comparison, contrast: Contrast) -> str:
    """Report the values of both arms: one or two as they are, more as their mean."""
    metric, control = comparison.test.metric, comparison.test.control
    treatment, reference = (_listed(comparison, level) for level in (contrast.treatment, control))
    with_treatment = f"With {_setting(comparison, contrast)} {metric} was {treatment}"
    return f"{with_treatment}; with {_control(comparison)}, it was {reference}."


def _listed(comparison: Comparison, level: str) -> str:
    values = comparison.values_of(level)
    if len(values) > 2:
        return f"{_quantity(comparison, sum(values) / len(values))} (mean of {len(values)} runs)"
    return " and ".join(_quantity(comparison, value) for value in values) or "not measured"


def _quantity(comparison: Comparison, value: float | None) -> str:
    """Format a value in the unit of the metric."""
    return "not measured" if value is None else format_quantity(value, unit_of(comparison.test.metric))


def _most_favourable(comparison: Comparison) -> Contrast:
    """Return the contrast with the largest improvement, among the supported ones if there are any."""
    supported = [contrast for contrast in comparison.contrasts if contrast.conclusion == "supported"]
    candidates: Sequence[Contrast] = supported or comparison.contrasts
    return max(candidates, key=lambda contrast: _or(contrast.improvement, float("-inf")))


def _also_supported(comparison: Comparison, best: Contrast) -> str:
    others = [contrast for contrast in comparison.contrasts if contrast is not best]
    names = [_setting(comparison, contrast) for contrast in others if contrast.conclusion == "supported"]
    if not names:
        return ""
    if len(names) == 1:
        return f" The contrast with {names[0]} is also supported."
    return f" The contrasts with {', '.join(names[:-1])} and {names[-1]} are also supported."


def _setting(comparison: Comparison, contrast: Contrast) -> str:
    return f"{comparison.test.factor} = {contrast.treatment}"


def _control(comparison: Comparison) -> str:
    return f"the control, {comparison.test.factor} = {comparison.test.control}"


def _is_significantly_worse(comparison: Comparison, contrast: Contrast) -> bool:
    p = _or(contrast.p_adjusted, 1.0)
    return at_most(p, comparison.test.alpha) and _or(contrast.improvement, 0.0) < 0


def _numbers(comparison: Comparison, contrast: Contrast) -> str:
    """Report mean difference, confidence interval, p and n."""
    parts = [f"mean difference {_quantity(comparison, contrast.difference)}"]
    if contrast.interval:
        low, high = (_quantity(comparison, limit) for limit in (contrast.interval.low, contrast.interval.high))
        level = format_quantity(100 * contrast.interval.level, "percent")
        parts.append(f"{level} confidence interval {low} to {high}")
    parts.append(f"{_p_name(comparison)} {format_p_equals(_or(contrast.p_adjusted, 1.0))}")
    n = f"n = {contrast.n_treatment} and {contrast.n_control}"
    return ", ".join([*parts, f"{contrast.n_treatment} pairs" if comparison.test.paired else n])


def _p_name(comparison: Comparison) -> str:
    return "Holm-adjusted p" if comparison.family_size > 1 else "p"


def _failed_runs(comparison: Comparison) -> str:
    levels = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    arms = [arm for arm in comparison.arms if arm.level in levels and arm.failed]
    counts = [f"{arm.failed} of {arm.failed + arm.n} runs with {comparison.test.factor} = {arm.level}" for arm in arms]
    return f"Failed runs were excluded: {', '.join(counts)}." if counts else ""


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _capital(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}"
