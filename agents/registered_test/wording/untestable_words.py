"""State why a test could not be carried out, and what it would need."""

from __future__ import annotations

from collections.abc import Sequence

from agents.facts.number_format import format_exact, format_p
from agents.facts.text_case import capitalized
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.wording.claim_words import control_setting
from agents.registered_test.wording.reported_numbers import p_name, values_of_contrast
from agents.statistics import at_most


def untestable_statement(comparison: Comparison, contrasts: Sequence[Contrast]) -> tuple[str, str]:
    """Return a clause and a sentence with the reason, the required number of runs, and the values of the arms."""
    test = comparison.test
    if not any(arm.n or arm.failed for arm in comparison.arms):
        words = "no finished run is left that the registration of the test did not know"
        return words, " ".join(filter(None, [f"{capitalized(words)}.", _required_runs(comparison)]))
    if not contrasts:
        words = f"there is no level of {test.factor} to compare with {control_setting(test)}"
        return words, f"{capitalized(words)}."
    reasons = tuple(dict.fromkeys(contrast.reason for contrast in contrasts if contrast.p is None and contrast.reason))
    if not reasons and not at_most(comparison.floor, comparison.alpha):
        words = "no outcome of the test could have reached a conclusion with these runs"
        smallest = (
            f"The smallest {p_name(comparison.family_size)} attainable with these runs is {format_p(comparison.floor)}"
        )
        reason = f"{smallest}, which is above the {_alpha(comparison)}."
    else:
        words = f"the test cannot be carried out, because {' and '.join(reasons) or 'no arms can be compared'}"
        reason = f"{capitalized(words)}."
    values = [values_of_contrast(comparison, contrast) for contrast in contrasts]
    return words, " ".join(filter(None, [reason, _required_runs(comparison), *values]))


def _alpha(comparison: Comparison) -> str:
    is_look = comparison.alpha != comparison.test.alpha
    return f"{'alpha of this look,' if is_look else 'registered alpha of'} {format_exact(comparison.alpha)}"


def _required_runs(comparison: Comparison) -> str:
    """Return the number of runs that the test needs, "" if more runs would not make it testable."""
    if comparison.required_n is None:
        return ""
    return f"The test requires {comparison.required_n} {'pairs' if comparison.test.paired else 'runs per arm'}."
