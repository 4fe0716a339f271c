"""Format the settings, values and numbers that the sentences of verdicts contain."""

from __future__ import annotations

from agents.facts.number_format import format_p_equals, format_quantity
from agents.facts.text_case import capitalized
from agents.facts.units import unit_of
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.wording.claim_words import control_setting, with_level
from agents.statistics import at_most


def contrast_numbers(comparison: Comparison, contrast: Contrast) -> str:
    """Return difference, confidence interval, p with its parts, and n."""
    parts = [f"{_difference_name(comparison, contrast)} {_quantity(comparison, contrast, contrast.difference)}"]
    if contrast.interval:
        low, high = (
            _quantity(comparison, contrast, limit) for limit in (contrast.interval.low, contrast.interval.high)
        )
        level = format_quantity(100 * contrast.interval.level, "percent")
        parts.append(f"{level} confidence interval {low} to {high}")
    if contrast.p_adjusted is not None:
        parts.append(f"{p_name(comparison)} {format_p_equals(contrast.p_adjusted)}{_parts_of_p(contrast)}")
    n = f"n = {contrast.n_treatment} and {contrast.n_control}"
    return ", ".join([*parts, f"{contrast.n_treatment} pairs" if comparison.test.paired else n])


def p_name(comparison: Comparison) -> str:
    return "Holm-adjusted p" if comparison.family_size > 1 and comparison.test.order == "holm" else "p"


def tests_disagree(comparison: Comparison, contrast: Contrast) -> str:
    """Return a sentence if only the permutation test or only the Welch test would have decided, else ""."""
    p, adjusted = contrast.p, contrast.p_adjusted
    if not p or adjusted is None or contrast.p_permutation is None or contrast.p_welch is None:
        return ""
    smaller = min(contrast.p_permutation, contrast.p_welch) * adjusted / p
    if at_most(adjusted, comparison.alpha) or not at_most(smaller, comparison.alpha):
        return ""
    name = "permutation" if contrast.p_permutation < contrast.p_welch else "Welch"
    return f" The two tests do not agree: only the {name} test is significant, and a decision requires both."


def values_of_contrast(comparison: Comparison, contrast: Contrast) -> str:
    """Return a sentence with the values of both arms, "" if the arms have none of the metric of the contrast.

    One or two values are listed, more are given as their mean.
    """
    test, levels = comparison.test, (contrast.treatment, comparison.test.control)
    if _metric(comparison, contrast) != test.metric or not any(map(comparison.values_of, levels)):
        return ""
    treatment, control = (_values(comparison, contrast, level) for level in levels)
    place = capitalized(with_level(test, contrast.treatment))
    return f"{place} {_metric(comparison, contrast)} was {treatment}; with {control_setting(test)}, it was {control}."


def _difference_name(comparison: Comparison, contrast: Contrast) -> str:
    mean = "interquartile mean" if comparison.test.aggregate == "iqm" else "mean"
    return f"difference between the {mean} differences" if contrast.type == "interaction" else f"{mean} difference"


def _parts_of_p(contrast: Contrast) -> str:
    """Return both p values. The p of a contrast is the larger one."""
    if contrast.p_permutation is None or contrast.p_welch is None:
        return ""
    permutation, welch = format_p_equals(contrast.p_permutation), format_p_equals(contrast.p_welch)
    return f", from permutation p {permutation} and Welch p {welch}"


def _values(comparison: Comparison, contrast: Contrast, level: str) -> str:
    values = comparison.values_of(level)
    if len(values) > 2:
        return f"{_quantity(comparison, contrast, sum(values) / len(values))} (mean of {len(values)} runs)"
    return " and ".join(_quantity(comparison, contrast, value) for value in values) or "not measured"


def _metric(comparison: Comparison, contrast: Contrast) -> str:
    return contrast.metric or comparison.test.metric


def _quantity(comparison: Comparison, contrast: Contrast, value: float | None) -> str:
    """Format a value in the unit of the metric."""
    unit = unit_of(_metric(comparison, contrast))
    return "not measured" if value is None else format_quantity(value, unit)
