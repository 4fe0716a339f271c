"""State how many runs failed, and how the test treated them."""

from __future__ import annotations

from agents.facts.number_format import format_exact
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.comparison import Comparison

_UNDECLARED_WORST = (
    "the worst observed value, which may be too favourable, because no worst possible value is registered"
)


def failed_runs(comparison: Comparison) -> str:
    """Return a sentence with the numbers of failed runs, an empty string if all completed."""
    levels = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    arms = [arm for arm in comparison.arms if arm.level in levels and arm.failed]
    if not arms:
        return ""
    counts = [f"{arm.failed} of {arm.failed + arm.n} runs with {comparison.test.factor} = {arm.level}" for arm in arms]
    failed = f"Failed: {', '.join(counts)}."
    if comparison.verdict == "untestable":
        return failed
    if all(contrast.p is None for contrast in comparison.contrasts):
        return failed
    return f"{failed} In the test, failed runs are {failure_rule(comparison.test)}."


def failure_rule(test: RegisteredTest) -> str:
    """Return what the test does with failed runs, as the end of a sentence."""
    if test.on_failure == "exclude":
        return "excluded, as registered, so that the verdict applies only to runs that complete"
    if test.on_failure == "refuse":
        return "not accepted, as registered, so that a comparison with a failed run has no verdict"
    value = _UNDECLARED_WORST if test.worst is None else f"the registered worst value, {format_exact(test.worst)}"
    return f"counted as {value}"
