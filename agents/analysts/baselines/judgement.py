"""Compare the runs of an arm with a reference, and judge the difference if the numbers of runs allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean

from agents.analysts.baselines.reference import Reference
from agents.facts.verdict import BaselineOutcome
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

PREDICTION_INTERVAL = "prediction interval"
_NO_MARGIN = "no margin was set"
_MIN_RUNS = 3  # of the arm and of the reference, for a test; for two runs, only the values are reported


@dataclass(frozen=True)
class Judgement:
    """The outcome of the comparison of an arm with a reference, and the difference, arm minus reference.

    `low`, `high` and `confidence` (in percent) are the interval that the outcome is based on. For a single new run it
    has the width of the prediction interval of the recorded runs. `why` is the reason for `not judged`, otherwise "".
    """

    conclusion: BaselineOutcome
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
    """Judge an arm by the method that the numbers of runs allow. `alpha` is this arm's share of the error probability.

    `held` means that the test shows the arm not to be worse than the reference by more than the margin. `regressed`
    means that the test shows it to be worse by more than the margin. For a single new run, the prediction interval of
    the recorded runs replaces the test.
    """
    n = len(values)
    if not n:
        return Judgement("not judged", 0, why="no run of the arm gave a value")
    unjudged = Judgement("not judged", n, difference=mean(values) - reference.mean)
    if reference.n == 1:
        return replace(
            unjudged, why="a reference without repeated runs gives no estimate of the variation between runs"
        )
    if n == 1:
        return _judge_single_run(unjudged, reference, alpha)
    if min(n, reference.n) < _MIN_RUNS:
        return replace(unjudged, why="there are too few runs to estimate the variation between them")
    with_effect_size = _with_effect_size(unjudged, values, reference)
    if reference.margin is None:
        return replace(with_effect_size, why=_NO_MARGIN)
    return _judge_by_margin(with_effect_size, values, reference, alpha)


def allowing_for_failed(judgement: Judgement, failed: int) -> Judgement:
    """Return the judgement of an arm with runs that gave no value: it can be regressed, and is not judged otherwise.

    The completed runs alone do not show that the arm is as good as the reference, because the failed ones are worse.
    """
    if not failed or judgement.conclusion not in ("held", "inconclusive"):
        return judgement
    why = "runs of the arm gave no value, and the other runs alone do not represent it"
    return replace(judgement, conclusion="not judged", why=why)


def with_adjusted_p(judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Add p values with Benjamini-Hochberg correction over all comparisons, because none of them was registered."""
    tested = [index for index, judgement in enumerate(judgements) if judgement.p is not None]
    adjusted = benjamini_hochberg([judgements[index].p or 0.0 for index in tested])
    by_index = dict(zip(tested, adjusted, strict=True))
    return tuple(replace(judgement, p_adjusted=by_index.get(index)) for index, judgement in enumerate(judgements))


def _with_effect_size(judgement: Judgement, values: Sequence[float], reference: Reference) -> Judgement:
    """Add effect size and p if the runs of the reference are known, because the permutation test needs their values."""
    if len(reference.values) < 2:
        return judgement
    test = permutation_test(values, reference.values)
    return replace(judgement, hedges_g=hedges_g(values, reference.values), p=test.p, method=test.method)


def _judge_by_margin(judgement: Judgement, values: Sequence[float], reference: Reference, alpha: float) -> Judgement:
    try:
        test = _noninferiority(values, reference, alpha)
    except UnusableSample:
        return replace(judgement, why="neither the arm nor the reference varies between runs")
    half_width = abs(test.difference - test.bound)
    conclusion: BaselineOutcome = "held" if test.is_noninferior else "regressed" if test.is_inferior else "inconclusive"
    return replace(
        judgement,
        conclusion=conclusion,
        low=test.difference - half_width,
        high=test.difference + half_width,
        confidence=100 * (1 - 2 * alpha),
    )


def _noninferiority(values: Sequence[float], reference: Reference, alpha: float) -> Noninferiority:
    margin, goal = reference.margin or 0.0, reference.goal
    if reference.values:
        return noninferiority(values, reference.values, margin=margin, goal=goal, alpha=alpha)
    return noninferiority_to_summary(
        values, reference.mean, reference.sd or 0.0, reference.n, margin=margin, goal=goal, alpha=alpha
    )


def _judge_single_run(judgement: Judgement, reference: Reference, alpha: float) -> Judgement:
    """Judge one new run by the margin and an interval of the difference, as wide as the prediction interval.

    It assumes that the new run varies as the recorded ones do. The run is held only if the whole interval is within the
    margin, and regressed only if the whole interval is beyond it.
    """
    if len(reference.values) < _MIN_RUNS:
        return replace(judgement, why="the variation of the recorded runs is unknown")
    if reference.margin is None:
        return replace(judgement, why=_NO_MARGIN)
    try:
        interval = prediction_interval(reference.values, 1 - alpha)
    except UnusableSample:
        return replace(judgement, why="the recorded runs do not vary")
    difference, half_width = judgement.difference or 0.0, (interval.high - interval.low) / 2
    sign = 1 if reference.goal == "maximize" else -1
    is_held = sign * difference - half_width > -reference.margin
    is_regressed = sign * difference + half_width < -reference.margin
    return replace(
        judgement,
        conclusion="held" if is_held else "regressed" if is_regressed else "inconclusive",
        low=difference - half_width,
        high=difference + half_width,
        confidence=100 * (1 - alpha),
        method=PREDICTION_INTERVAL,
    )
