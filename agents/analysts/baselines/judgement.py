"""How the runs of an arm stand to a known result: measured, and judged only where that can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Literal

from agents.analysts.baselines.reference import Reference
from agents.statistics import (
    Noninferiority,
    UnusableSample,
    benjamini_hochberg,
    hedges_g,
    noninferiority,
    noninferiority_to_summary,
    permutation_test,
    prediction_interval,
)

Conclusion = Literal["held", "regressed", "inconclusive", "not judged"]
_ENOUGH = 3  # of two runs both values are told, and nothing is concluded


@dataclass(frozen=True)
class Judgement:
    """`difference` is arm minus reference. Its limits, at `confidence`, are those that the judgement was made from;
    for a single new run they are of what the recorded runs lead to expect of it. `why` says why nothing was judged.
    """

    conclusion: Conclusion
    n: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    hedges_g: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    method: str = ""
    why: str = ""


def judge_arm(values: Sequence[float], reference: Reference, alpha: float) -> Judgement:
    """The rule that the numbers of runs allow. `alpha` is this arm's share of the risk of a false claim.

    Held: shown to fall short of the reference by less than its margin. Regressed: shown to fall short by more. A
    single new run is placed among recorded ones instead.
    """
    n, known = len(values), reference.n
    if not n:
        return Judgement("not judged", 0, why="no run of the arm gave a value")
    plain = Judgement("not judged", n, difference=mean(values) - reference.mean)
    if known == 1:
        return replace(plain, why="nothing tells how far the known result varies by chance")
    if n == 1:
        return _placed(plain, values[0], reference, alpha)
    if min(n, known) < _ENOUGH:
        return replace(plain, why="so few runs show no spread to judge by")
    found = _described(plain, values, reference)
    if reference.margin is None:
        return replace(found, why="no margin was fixed")
    return _judged(found, values, reference, alpha)


def with_adjusted_p(standings: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Benjamini-Hochberg over all that were compared: nobody registered these tests."""
    tested = [index for index, one in enumerate(standings) if one.p is not None]
    adjusted = dict(zip(tested, benjamini_hochberg([standings[index].p or 0.0 for index in tested]), strict=True))
    return tuple(replace(one, p_adjusted=adjusted.get(index)) for index, one in enumerate(standings))


def _described(plain: Judgement, values: Sequence[float], reference: Reference) -> Judgement:
    """What the runs of both say when they are known. A recorded mean and sd allow no permutation."""
    if len(reference.values) < 2:
        return plain
    test = permutation_test(values, reference.values)
    return replace(plain, hedges_g=hedges_g(values, reference.values), p=test.p, method=test.method)


def _judged(found: Judgement, values: Sequence[float], reference: Reference, alpha: float) -> Judgement:
    try:
        test = _noninferiority(values, reference, alpha)
    except UnusableSample:
        return replace(found, why="neither the arm nor the known result varies")
    half = abs(test.difference - test.bound)
    conclusion: Conclusion = "held" if test.holds else "regressed" if test.is_inferior else "inconclusive"
    return replace(
        found,
        conclusion=conclusion,
        low=test.difference - half,
        high=test.difference + half,
        confidence=100 * (1 - 2 * alpha),
    )


def _noninferiority(values: Sequence[float], reference: Reference, alpha: float) -> Noninferiority:
    margin, goal = reference.margin or 0.0, reference.goal
    if reference.values:
        return noninferiority(values, reference.values, margin=margin, goal=goal, alpha=alpha)
    return noninferiority_to_summary(
        values, reference.mean, reference.sd or 0.0, reference.n, margin=margin, goal=goal, alpha=alpha
    )


def _placed(plain: Judgement, value: float, reference: Reference, alpha: float) -> Judgement:
    """One new run among recorded ones: regressed where it lies outside, on the unfavourable side."""
    if len(reference.values) < _ENOUGH:
        return replace(plain, why="nothing tells how far the recorded runs vary by chance")
    expected = prediction_interval(reference.values, 1 - alpha)
    is_short = value < expected.low if reference.goal == "maximize" else value > expected.high
    return replace(
        plain,
        conclusion="regressed" if is_short else "held",
        low=expected.low - reference.mean,
        high=expected.high - reference.mean,
        confidence=100 * (1 - alpha),
        method="prediction interval",
    )
