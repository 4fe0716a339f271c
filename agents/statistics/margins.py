"""Tests against a margin: that two arms are alike, or that a new one is not much worse.

"Not significant" is no evidence of either; these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.goal import Goal
from agents.statistics.sample import UnusableSample
from agents.statistics.welch import Summary, Welch, summary, welch


@dataclass(frozen=True)
class Equivalence:
    """`low` and `high` limit the difference at level 1 - 2 alpha; alike when both lie within the margin."""

    difference: float
    p: float
    low: float
    high: float
    is_equivalent: bool


@dataclass(frozen=True)
class Noninferiority:
    """`difference` is new minus recorded. `bound` is the least favourable difference still compatible, at 1 - alpha.

    `holds` when the bound lies within the margin; `is_inferior` when even the most favourable one lies beyond it.
    With neither the runs do not tell.
    """

    difference: float
    bound: float
    p: float
    holds: bool
    is_inferior: bool


def equivalence_test(a: Sequence[float], b: Sequence[float], margin: float, alpha: float = 0.05) -> Equivalence:
    """Two one-sided Welch tests that mean(a) - mean(b) lies within ± margin (in the metric's unit).

    Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.

    Raises UnusableSample for fewer than two values in a sample, samples that do not vary, or no positive margin.
    """
    if not 0 < margin < float("inf"):
        raise UnusableSample(f"a margin of {margin} is no room to be alike in; give a positive one")
    found = welch(summary(a), summary(b))
    p, reach = max(found.p_above(-margin), found.p_below(margin)), found.reach(1 - alpha)
    return Equivalence(found.difference, p, found.difference - reach, found.difference + reach, p <= alpha)


def noninferiority(
    new: Sequence[float], recorded: Sequence[float], margin: float, goal: Goal, alpha: float = 0.05
) -> Noninferiority:
    """One-sided Welch test that the new runs fall short of the recorded ones by less than `margin`.

    Raises UnusableSample for fewer than two values in a sample, samples that do not vary, or a negative margin.
    """
    return _judged(welch(summary(new), summary(recorded)), margin, goal, alpha)


def noninferiority_to_summary(
    new: Sequence[float], mean: float, sd: float, n: int, margin: float, goal: Goal, alpha: float = 0.05
) -> Noninferiority:
    """The same against a recorded mean, sd and n. Raises UnusableSample."""
    return _judged(welch(summary(new), Summary(mean, sd, n)), margin, goal, alpha)


def _judged(found: Welch, margin: float, goal: Goal, alpha: float) -> Noninferiority:
    if not 0 <= margin < float("inf"):
        raise UnusableSample(f"a margin of {margin} is not a size; the goal has the sign")
    sign = 1 if goal == "maximize" else -1
    gain = Welch(sign * found.difference, found.error, found.freedom)
    p, reach = gain.p_above(-margin), gain.reach(1 - alpha)
    is_inferior = gain.difference + reach < -margin
    return Noninferiority(found.difference, sign * (gain.difference - reach), p, p <= alpha, is_inferior)
