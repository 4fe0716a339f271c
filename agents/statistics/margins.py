"""Equivalence and non-inferiority tests.

Both test against a margin, because a non-significant difference is not evidence of equivalence. The tests of
statsmodels need both samples. Recorded results may have only mean, sd and n, so all tests here use `welch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.goal import Goal
from agents.statistics.sample import UnusableSample
from agents.statistics.welch import Summary, Welch, summary, welch


@dataclass(frozen=True)
class Equivalence:
    """The result of an equivalence test.

    `low` and `high` are the confidence limits of the difference at level 1 - 2 alpha. The samples are equivalent if
    both limits are within ± margin.
    """

    difference: float
    p: float
    low: float
    high: float
    is_equivalent: bool


@dataclass(frozen=True)
class Noninferiority:
    """The result of a non-inferiority test.

    `difference` is new minus recorded. `bound` is its least favourable one-sided confidence limit at 1 - alpha.
    `is_noninferior` is true if the bound is within the margin, `is_inferior` if the most favourable limit is beyond the
    margin. If neither is true, the test is inconclusive.
    """

    difference: float
    bound: float
    p: float
    is_noninferior: bool
    is_inferior: bool


def equivalence_test(a: Sequence[float], b: Sequence[float], margin: float, alpha: float = 0.05) -> Equivalence:
    """Test with two one-sided Welch tests whether mean(a) - mean(b) is within ± margin, in the unit of the metric.

    Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.

    Raises UnusableSample for fewer than two values in a sample, samples that do not vary, or a margin that is
    not positive.
    """
    if not 0 < margin < float("inf"):
        raise UnusableSample(f"the equivalence margin must be positive, got {margin}")
    test = welch(summary(a), summary(b))
    p, half_width = max(test.p_above(-margin), test.p_below(margin)), test.half_width(1 - alpha)
    return Equivalence(test.difference, p, test.difference - half_width, test.difference + half_width, p <= alpha)


def noninferiority(
    new: Sequence[float], recorded: Sequence[float], margin: float, goal: Goal, alpha: float = 0.05
) -> Noninferiority:
    """Test with a one-sided Welch test whether the new runs are worse than the recorded ones by less than `margin`.

    Raises UnusableSample for fewer than two values in a sample, samples that do not vary, or a negative margin.
    """
    return _noninferiority(welch(summary(new), summary(recorded)), margin, goal, alpha)


def noninferiority_to_summary(
    new: Sequence[float], mean: float, sd: float, n: int, margin: float, goal: Goal, alpha: float = 0.05
) -> Noninferiority:
    """Test as `noninferiority` does, with the mean, sd and n of the recorded runs. Raises UnusableSample."""
    return _noninferiority(welch(summary(new), Summary(mean, sd, n)), margin, goal, alpha)


def _noninferiority(difference: Welch, margin: float, goal: Goal, alpha: float) -> Noninferiority:
    if not 0 <= margin < float("inf"):
        raise UnusableSample(f"the margin must be finite and not negative, got {margin} (the goal gives the direction)")
    sign = 1 if goal == "maximize" else -1
    improvement = Welch(sign * difference.difference, difference.error, difference.degrees)
    p, half_width = improvement.p_above(-margin), improvement.half_width(1 - alpha)
    is_inferior = improvement.difference + half_width < -margin
    return Noninferiority(
        difference.difference, sign * (improvement.difference - half_width), p, p <= alpha, is_inferior
    )
