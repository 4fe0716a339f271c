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
        name = p_name(len(comparison.family_of(contrast)))
        parts.append(f"{name} {format_p_equals(contrast.p_adjusted)}{_parts_of_p(contrast)}")
    n = f"n = {contrast.n_treatment} and {contrast.n_control}"
    return ", ".join([*parts, f"{contrast.n_treatment} pairs" if comparison.test.paired else n])


def p_name(family_size: int) -> str:
    """Return the name of a p that is adjusted over this number of contrasts."""
    return "Holm-adjusted p" if family_size > 1 else "p"


def tests_disagree(comparison: Comparison, contrast: Contrast) -> str:
    """Return a sentence if some of the tests would have decided and others would not, else ""."""
    p, adjusted, parts = contrast.p, contrast.p_adjusted, _parts(contrast)
    if not p or adjusted is None or at_most(adjusted, comparison.alpha):
        return ""
    significant = [name for name, part in parts.items() if at_most(part * adjusted / p, comparison.alpha)]
    if not significant:
        return ""
    names, verb = " and ".join(significant), "are" if len(significant) > 1 else "is"
    return f" The tests do not agree: only the {names} p {verb} significant, and a decision requires all of them."


def values_of_contrast(comparison: Comparison, contrast: Contrast) -> str:
    """Return a sentence with the values of both arms, "" if the arms have none of the metric of the contrast.

    One or two values are listed, more are given as their mean.
    """
    test, levels = comparison.test, (contrast.treatment, comparison.test.control)
    if _metric(comparison, contrast) != test.metric or not any(map(comparison.values_of, levels)):
        return ""
    treatment, control = (_values(comparison, contrast, level) for level in levels)
    setting = capitalized(with_level(test, contrast.treatment))
    return f"{setting} {_metric(comparison, contrast)} was {treatment}; with {control_setting(test)}, it was {control}."


def _difference_name(comparison: Comparison, contrast: Contrast) -> str:
    mean = "interquartile mean" if comparison.test.aggregate == "iqm" else "mean"
    return f"difference between the {mean} differences" if contrast.type == "interaction" else f"{mean} difference"


def _parts_of_p(contrast: Contrast) -> str:
    """Return the p of each test. The p of a contrast is the largest one."""
    parts = [f"{name} p {format_p_equals(p)}" for name, p in _parts(contrast).items()]
    return f", from {' and '.join(parts)}" if len(parts) > 1 else ""


def _parts(contrast: Contrast) -> dict[str, float]:
    """Return the p of each test by its name."""
    parts = {
        "permutation": contrast.p_permutation,
        "Welch": contrast.p_welch,
        "test item": contrast.p_items,
        "bootstrap": contrast.p_bootstrap,
        "corrected": contrast.p_corrected,
    }
    return {name: p for name, p in parts.items() if p is not None}


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
