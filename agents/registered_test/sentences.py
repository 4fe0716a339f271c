"""Express the outcomes of the registered test in words. Only these sentences compare arms.

A clause states no more than its outcome. An inconclusive claim is described as neither established nor excluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.facts.number_format import format_exact, format_p
from agents.facts.text_case import capitalized
from agents.facts.verdict import TestOutcome
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.reported_numbers import (
    contrast_numbers,
    control_setting,
    failed_runs,
    p_name,
    treatment_setting,
    values_of_contrast,
)

_POST_HOC = "The registration was changed after runs had finished, so this test is post hoc."


class Statement(NamedTuple):
    """A clause that fits into a sentence, and a complete sentence with numbers."""

    words: str
    sentence: str

    def post_hoc(self) -> Statement:
        """Return the statement for a test that was changed after results could be seen."""
        return Statement(f"in a post hoc test, {self.words}", f"{self.sentence} {_POST_HOC}")


def hypothesis_statement(comparison: Comparison) -> Statement:
    """Return the verdict on the hypothesis, from all contrasts of the family. Failed runs are always reported."""
    statement = _untestable(comparison) if comparison.verdict == "untestable" else _decided(comparison)
    failed = failed_runs(comparison)
    return Statement(statement.words, f"{statement.sentence} {failed}" if failed else statement.sentence)


def contrast_statement(comparison: Comparison, contrast: Contrast) -> Statement:
    """Return the outcome of one contrast."""
    if contrast.conclusion == "untestable":
        setting, control = treatment_setting(comparison, contrast), control_setting(comparison)
        words = f"these runs do not allow a comparison of {setting} with {control}"
        return Statement(words, values_of_contrast(comparison, contrast))
    words = _contrast_words(comparison, contrast)
    return Statement(words, f"{capitalized(words)} ({contrast_numbers(comparison, contrast)}).")


def _decided(comparison: Comparison) -> Statement:
    """Return the statement of a verdict that is not untestable.

    The clause is about one contrast if it is the only one or is supported. Otherwise the clause is about all levels.
    """
    best = _most_favourable(comparison)
    if comparison.verdict == "supported" or len(comparison.contrasts) == 1:
        words, prefix = _contrast_words(comparison, best), ""
    else:
        words = _claim(comparison, comparison.verdict, f"any registered level of {comparison.test.factor}")
        prefix = f"most favourable contrast, {treatment_setting(comparison, best)}: "
    numbers = f"{prefix}{contrast_numbers(comparison, best)}"
    return Statement(words, f"{capitalized(words)} ({numbers}).{_also_supported(comparison, best)}")


def _contrast_words(comparison: Comparison, contrast: Contrast) -> str:
    setting, minimum = treatment_setting(comparison, contrast), comparison.test.minimum_effect
    if contrast.conclusion == "supported":
        exceeds = f", by more than the registered minimum effect of {format_exact(minimum)}" if minimum else ""
        return f"{_observed(comparison, setting, is_improvement=True)}{exceeds}"
    if contrast.conclusion == "refuted" and not minimum:
        return _observed(comparison, setting, is_improvement=False)
    return _claim(comparison, contrast.conclusion, setting)


def _observed(comparison: Comparison, setting: str, *, is_improvement: bool) -> str:
    direction = _direction(comparison, is_improvement=is_improvement)
    return f"with {setting} {comparison.test.metric} was {direction} than with {control_setting(comparison)}"


def _claim(comparison: Comparison, outcome: TestOutcome, setting: str) -> str:
    """Return the clause that the runs exclude, or neither establish nor exclude, the registered claim."""
    verb = {"refuted": "exclude", "inconclusive": "neither establish nor exclude"}[outcome]
    minimum = comparison.test.minimum_effect
    size = f", by more than {format_exact(minimum)}" if minimum else ""
    metric, direction = comparison.test.metric, _direction(comparison, is_improvement=True)
    return f"the runs {verb} that {metric} is {direction} with {setting} than with {control_setting(comparison)}{size}"


def _direction(comparison: Comparison, *, is_improvement: bool) -> str:
    return "higher" if (comparison.test.goal == "maximize") == is_improvement else "lower"


def _untestable(comparison: Comparison) -> Statement:
    contrasts = comparison.contrasts
    if not contrasts:
        words = f"there is no level of {comparison.test.factor} to compare with {control_setting(comparison)}"
        return Statement(words, f"{capitalized(words)}.")
    reasons = dict.fromkeys(contrast.reason for contrast in contrasts if contrast.p is None)
    if all(contrast.p is None for contrast in contrasts):
        words = f"the registered test cannot be carried out because {'; '.join(reasons)}"
        reason = f"{capitalized(words)}."
    else:
        words = "the registered test could not have reached a conclusion with this number of runs"
        smallest = f"The smallest {p_name(comparison)} attainable with this number of runs is"
        alpha = f"which is above the registered alpha of {format_exact(comparison.test.alpha)}"
        reason = f"{smallest} {format_p(comparison.floor)}, {alpha}."
    values = [values_of_contrast(comparison, contrast) for contrast in contrasts]
    return Statement(words, " ".join([reason, *_required_runs(comparison), *values]))


def _required_runs(comparison: Comparison) -> Iterator[str]:
    """Yield the number of runs that the test requires, if it has too few."""
    if any(contrast.needs_runs for contrast in comparison.contrasts):
        unit, n = "pairs" if comparison.test.paired else "runs per arm", comparison.required_n
        yield f"No number of {unit} is sufficient." if n is None else f"The test requires {n} {unit}."


def _most_favourable(comparison: Comparison) -> Contrast:
    """Return the contrast with the largest improvement, among the supported ones if there are any."""
    supported = [contrast for contrast in comparison.contrasts if contrast.conclusion == "supported"]
    candidates: Sequence[Contrast] = supported or comparison.contrasts
    return max(candidates, key=lambda contrast: _improvement(contrast, missing=float("-inf")))


def _also_supported(comparison: Comparison, best: Contrast) -> str:
    others = [contrast for contrast in comparison.contrasts if contrast is not best]
    settings = [treatment_setting(comparison, other) for other in others if other.conclusion == "supported"]
    if not settings:
        return ""
    if len(settings) == 1:
        return f" The contrast with {settings[0]} is also supported."
    return f" The contrasts with {', '.join(settings[:-1])} and {settings[-1]} are also supported."


def _improvement(contrast: Contrast, *, missing: float) -> float:
    return missing if contrast.improvement is None else contrast.improvement
