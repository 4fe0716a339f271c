"""How verdicts are said. The only place where words compare, and code chooses every one of them.

A clause never says more than its conclusion: what is neither established nor excluded is called just that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agents.facts.number_format import fixed, p_equals, p_value, quantity
from agents.facts.units import unit_of
from agents.statistics import at_most

Json = Mapping[str, Any]
_POST_HOC = "The registration was changed after runs had finished, so this is a post hoc test."


class Told(NamedTuple):
    """A clause that fits into a sentence, and a whole sentence with its numbers."""

    words: str
    sentence: str

    def after_the_fact(self) -> Told:
        """The same of a test that was changed when results could already be seen."""
        return Told(f"in a post hoc test, {self.words}", f"{self.sentence} {_POST_HOC}")


def hypothesis_told(comparison: Json) -> Told:
    """The verdict of the whole family, from the comparison as results.json has it. Failed runs are told in any case."""
    if comparison["verdict"] == "untestable":
        told = _untestable_told(comparison)
    else:
        best = _most_favourable(comparison)
        words = _words(comparison, best) if _speaks_for_all(comparison) else _of_any_level(comparison)
        rest = _rest(comparison, best)
        told = Told(
            words, f"{_capital(words)} ({_numbers(comparison, best, is_named=not _speaks_for_all(comparison))}){rest}."
        )
    left_out = _left_out(comparison)
    return Told(told.words, f"{told.sentence} {left_out}" if left_out else told.sentence)


def contrast_told(comparison: Json, contrast: Json) -> Told:
    if contrast["conclusion"] == "untestable":
        words = f"these runs cannot compare {_level(comparison, contrast)} with {comparison['control']}"
        return Told(words, _values_told(comparison, contrast))
    words = _words(comparison, contrast)
    return Told(words, f"{_capital(words)} ({_numbers(comparison, contrast)}).")


def _words(comparison: Json, contrast: Json) -> str:
    minimum, level = comparison["minimum_effect"], f"with {_level(comparison, contrast)}"
    if contrast["conclusion"] == "supported":
        reaches = f" and the observed difference reaches the registered minimum of {fixed(minimum)}" if minimum else ""
        return f"{_direction(comparison, level)}{reaches}"
    if contrast["conclusion"] == "refuted" and _is_worse(comparison, contrast):
        return _direction(comparison, level, is_improvement=False)
    return _claim_told(comparison, contrast["conclusion"], level)


def _of_any_level(comparison: Json) -> str:
    return _claim_told(comparison, comparison["verdict"], f"with any registered level of {comparison['factor']}")


def _claim_told(comparison: Json, conclusion: str, level: str) -> str:
    minimum = comparison["minimum_effect"]
    size = f" by at least {fixed(minimum)}" if minimum else ""
    told = {"refuted": "exclude", "inconclusive": "neither establish nor exclude"}[conclusion]
    return f"the runs {told} that {_direction(comparison, level)}{size}"


def _direction(comparison: Json, level: str, *, is_improvement: bool = True) -> str:
    word = "higher" if (comparison["goal"] == "maximize") == is_improvement else "lower"
    return f"{level} {comparison['metric']} is {word} than with {comparison['control']}"


def _untestable_told(comparison: Json) -> Told:
    contrasts = comparison["contrasts"]
    if not contrasts:
        words = f"there is no level of {comparison['factor']} to compare with {comparison['control']}"
        return Told(words, f"{_capital(words)}.")
    if all(one["p"] is None for one in contrasts):
        words = "the registered comparison cannot be made, for an arm has fewer than two usable runs"
        why = _capital(words)
    else:
        words = "the registered test could not have come to a conclusion with so few runs, whatever they had given"
        above = f"above the registered alpha of {fixed(comparison['alpha'])}"
        smallest = (
            f"The smallest {_p_named(comparison)} that these runs could have given is {p_value(comparison['floor'])}"
        )
        why = f"{smallest}, {above}"
    told = [_values_told(comparison, one) for one in contrasts]
    return Told(words, " ".join([f"{why}; {_needed(comparison)}.", *told]))


def _needed(comparison: Json) -> str:
    unit = "pairs" if comparison["paired"] else "runs per arm"
    needed = comparison["required_n"]
    return f"no number of {unit} would lower it far enough" if needed is None else f"the test takes {needed} {unit}"


def _values_told(comparison: Json, contrast: Json) -> str:
    """One or two values of an arm are told as they are: a mean of them would promise too much."""
    values = {arm["level"]: arm["values"] for arm in comparison["arms"]}
    levels = (contrast["treatment"], comparison["control"])
    ours, theirs = (_listed(comparison, values.get(level, ())) for level in levels)
    with_level = f"With {_level(comparison, contrast)} {comparison['metric']} was {ours}"
    return f"{with_level}; with {comparison['control']} it was {theirs}."


def _listed(comparison: Json, values: Sequence[float]) -> str:
    if len(values) > 2:
        return f"{_measured(comparison, sum(values) / len(values))} on average of {len(values)} runs"
    return " and ".join(_measured(comparison, each) for each in values) or "not measured"


def _measured(comparison: Json, value: float) -> str:
    """In the unit of the metric, as its facts are shown."""
    return quantity(value, unit_of(comparison["metric"]))


def _most_favourable(comparison: Json) -> Json:
    """Of those supported, if any; one without an improvement comes last."""
    supported = [one for one in comparison["contrasts"] if one["conclusion"] == "supported"]
    contrasts: Sequence[Json] = supported or comparison["contrasts"]
    return max(contrasts, key=lambda one: float("-inf") if one["improvement"] is None else one["improvement"])


def _speaks_for_all(comparison: Json) -> bool:
    """Whether one contrast decides: the only one, or one that is supported."""
    return comparison["verdict"] == "supported" or len(comparison["contrasts"]) == 1


def _rest(comparison: Json, best: Json) -> str:
    others = [one for one in comparison["contrasts"] if one is not best and one["conclusion"] == "supported"]
    return f"; the same holds for {', '.join(one['treatment'] for one in others)}" if others else ""


def _level(comparison: Json, contrast: Json) -> str:
    return f"{comparison['factor']} = {contrast['treatment']}"


def _is_worse(comparison: Json, contrast: Json) -> bool:
    return at_most(contrast["p_adjusted"], comparison["alpha"]) and contrast["improvement"] < 0


def _numbers(comparison: Json, contrast: Json, *, is_named: bool = False) -> str:
    interval = contrast["interval"]
    named = f"the most favourable is {contrast['treatment']}: " if is_named else ""
    told = [f"{named}difference {_measured(comparison, contrast['difference'])}"]
    if interval:
        low, high = (_measured(comparison, interval[end]) for end in ("low", "high"))
        told.append(f"{quantity(100 * interval['level'], 'percent')} interval {low} to {high}")
    told.append(f"{_p_named(comparison)} {p_equals(contrast['p_adjusted'])}")
    n = f"n = {contrast['n_treatment']} and {contrast['n_control']}"
    return ", ".join([*told, f"{contrast['n_treatment']} pairs" if comparison["paired"] else n])


def _p_named(comparison: Json) -> str:
    return "p after Holm" if comparison["family_size"] > 1 else "p"


def _left_out(comparison: Json) -> str:
    levels = {comparison["control"], *(one["treatment"] for one in comparison["contrasts"])}
    arms = [arm for arm in comparison["arms"] if arm["level"] in levels and arm["failed"]]
    failed = [f"{arm['failed']} of {arm['failed'] + arm['n']} runs with {arm['level']}" for arm in arms]
    return f"Left out as failed: {', '.join(failed)}." if failed else ""


def _capital(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}"
