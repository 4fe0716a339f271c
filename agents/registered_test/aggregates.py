"""Aggregate the runs of each contrast over the blocks of the registered test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Aggregate, Contrast
from agents.registered_test.observation import Observation
from agents.registered_test.samples.compared_runs import ComparedRuns, compared_runs
from agents.registered_test.samples.failed_runs import NotCompared
from agents.statistics import Interval, interquartile_mean, iqm_difference, probability_interval


def with_aggregates(comparison: Comparison, runs: Sequence[Observation]) -> Comparison:
    """Return the comparison with aggregates of every contrast that compares arms within several blocks.

    They are not part of `compare`, because the bootstrap takes time and does not decide a difference of means.
    """
    contrasts = tuple(
        replace(contrast, aggregate=_aggregate(comparison, contrast, runs)) for contrast in comparison.contrasts
    )
    return replace(comparison, contrasts=contrasts)


def _aggregate(comparison: Comparison, contrast: Contrast, runs: Sequence[Observation]) -> Aggregate | None:
    claim = comparison.test.claims[contrast.claim]
    if claim.second_factor is not None:
        return None
    try:
        compared = compared_runs(comparison.test, claim, contrast.treatment, runs)
    except NotCompared:
        return None
    if len(compared.ranked) < 2:
        return None
    sign, level = 1.0 if claim.goal == "maximize" else -1.0, 1 - comparison.alpha
    treatment, control = ([getattr(stratum, arm) for stratum in compared.cells] for arm in ("treatment", "control"))
    iqms = [sign * interquartile_mean(arm) for arm in (treatment, control)]
    resampled = None if compared.is_paired else iqm_difference(treatment, control, groups=compared.group_numbers)
    return Aggregate(
        blocks=len(compared.ranked),
        runs=1 if compared.is_merged else min(min(cell.n) for cell in compared.used),
        iqm_treatment=iqms[0],
        iqm_control=iqms[1],
        iqm_difference=iqms[0] - iqms[1],
        iqm_interval=_with_sign(resampled.interval(level), sign) if resampled else None,
        superiority_interval=_superiority_interval(compared, level),
    )


def _superiority_interval(compared: ComparedRuns, level: float) -> Interval | None:
    """Return the interval of the probability of superiority, in which a failed run is worse than every observed one."""
    if compared.is_paired:
        return None
    finite = [value for stratum in compared.cells for value in (*stratum.treatment, *stratum.control)]
    worse_than_all = min(finite) - 1.0
    arms = (
        [[max(value, worse_than_all) for value in getattr(stratum, arm)] for stratum in compared.ranked]
        for arm in ("treatment", "control")
    )
    return probability_interval(*arms, level=level, groups=compared.group_numbers)


def _with_sign(interval: Interval, sign: float) -> Interval:
    return interval if sign > 0 else Interval(-interval.high, -interval.low, interval.level)
