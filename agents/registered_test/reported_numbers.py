"""Format the settings, values and numbers that the sentences of verdicts contain."""

from __future__ import annotations

from agents.facts.number_format import format_p_equals, format_quantity
from agents.facts.units import unit_of
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast


def treatment_setting(comparison: Comparison, contrast: Contrast) -> str:
    return f"{comparison.test.factor} = {contrast.treatment}"


def control_setting(comparison: Comparison) -> str:
    return f"the control, {comparison.test.factor} = {comparison.test.control}"


def p_name(comparison: Comparison) -> str:
    return "Holm-adjusted p" if comparison.family_size > 1 else "p"


def contrast_numbers(comparison: Comparison, contrast: Contrast) -> str:
    """Return mean difference, confidence interval, p and n."""
    parts = [f"mean difference {_quantity(comparison, contrast.difference)}"]
    if contrast.interval:
        low, high = (_quantity(comparison, limit) for limit in (contrast.interval.low, contrast.interval.high))
        level = format_quantity(100 * contrast.interval.level, "percent")
        parts.append(f"{level} confidence interval {low} to {high}")
    if contrast.p_adjusted is not None:
        parts.append(f"{p_name(comparison)} {format_p_equals(contrast.p_adjusted)}")
    n = f"n = {contrast.n_treatment} and {contrast.n_control}"
    return ", ".join([*parts, f"{contrast.n_treatment} pairs" if comparison.test.paired else n])


def values_of_contrast(comparison: Comparison, contrast: Contrast) -> str:
    """Return a sentence with the values of both arms. One or two values are listed, more are given as their mean."""
    treatment, control = (_values(comparison, level) for level in (contrast.treatment, comparison.test.control))
    with_treatment = f"With {treatment_setting(comparison, contrast)} {comparison.test.metric} was {treatment}"
    return f"{with_treatment}; with {control_setting(comparison)}, it was {control}."


def failed_runs(comparison: Comparison) -> str:
    """Return a sentence with the numbers of failed runs and what they count as, an empty string if all completed."""
    levels = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    arms = [arm for arm in comparison.arms if arm.level in levels and arm.failed]
    counts = [f"{arm.failed} of {arm.failed + arm.n} runs with {comparison.test.factor} = {arm.level}" for arm in arms]
    treatment = {
        "worst": "Failed runs count with the worst value",
        "refuse": "The registered test refuses failed runs",
        "exclude": "Failed runs were excluded",
    }[comparison.test.on_failure]
    return f"{treatment}: {', '.join(counts)}." if counts else ""


def _values(comparison: Comparison, level: str) -> str:
    values = comparison.values_of(level)
    if len(values) > 2:
        return f"{_quantity(comparison, sum(values) / len(values))} (mean of {len(values)} runs)"
    return " and ".join(_quantity(comparison, value) for value in values) or "not measured"


def _quantity(comparison: Comparison, value: float | None) -> str:
    """Format a value in the unit of the metric."""
    return "not measured" if value is None else format_quantity(value, unit_of(comparison.test.metric))
