"""Importance of search parameters, estimated only if resampled trials agree on the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.statistics.forest import TREES, distribution, out_of_bag_r2, variance_shares
from agents.statistics.goal import Goal
from agents.statistics.sample import finite, varies

TRIALS_PER_PARAMETER = 10
RESAMPLES = 20
STABLE = 0.8  # share of resampled searches in which the same parameter must come first


@dataclass(frozen=True)
class Share:
    """A parameter's share of the variance over the space, with its central 90% range over resampled trials."""

    parameter: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Importance:
    """`shares` in descending order. `stability` is the share of resampled searches with the same first parameter."""

    shares: tuple[Share, ...]
    stability: float
    trials: int
    method: str


@dataclass(frozen=True)
class NotEstimated:
    """The reason why the importance could not be estimated."""

    why: str


def parameter_importance(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], goal: Goal
) -> Importance | NotEstimated:
    """Return each parameter's share of the variance by fANOVA, over completed `trials` {parameter: value}.

    The result is NotEstimated for fewer than ten trials per varying parameter, fewer than two varying parameters,
    values that do not vary, a forest that cannot predict trials outside its sample (pure noise passes this in about one
    of twenty cases), or bootstrap resamples that do not agree on the first parameter.
    Source: Hutter, Hoos & Leyton-Brown, ICML 2014, as in `optuna.importance.FanovaImportanceEvaluator`.
    """
    sample = finite(values)
    space = {name: spanned for name in _names(trials) if (spanned := distribution([trial[name] for trial in trials]))}
    why = _why_not_estimated(trials, sample, space)
    if why:
        return NotEstimated(why)
    if out_of_bag_r2(trials, sample, space) <= 0:
        return NotEstimated("the parameters do not predict the values of held-out trials")
    estimated = variance_shares(trials, sample, space, goal)
    draws = [variance_shares(drawn, drawn_values, space, goal) for drawn, drawn_values in _resampled(trials, sample)]
    first = max(estimated, key=lambda name: estimated[name])
    stability = float(np.mean([max(draw, key=lambda name: draw[name]) == first for draw in draws]))
    if stability < STABLE:
        agreed = (
            f"{first} is first in {stability:.0%} of {len(draws)} resampled searches, and {STABLE:.0%} are required"
        )
        return NotEstimated(f"the trials do not agree on the most important parameter: {agreed}")
    shares = [
        _share(name, estimated[name], [draw[name] for draw in draws])
        for name in sorted(estimated, key=lambda name: -estimated[name])
    ]
    return Importance(tuple(shares), stability, len(trials), f"fANOVA, {TREES} trees, {len(draws)} resamples")


def _names(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the parameters that every trial sets."""
    return sorted(set.intersection(*(set(trial) for trial in trials))) if trials else []


def _why_not_estimated(trials: Sequence[Any], values: Sequence[float], space: Mapping[str, Any]) -> str:
    needed = TRIALS_PER_PARAMETER * len(space)
    if len(space) < 2:
        return "fewer than two parameters vary"
    if len(trials) < needed:
        return f"{len(space)} parameters need {needed} completed trials, got {len(trials)}"
    return "" if varies(values) else "every trial gave the same value"


def _resampled(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float]
) -> Iterator[tuple[list[Mapping[str, Any]], list[float]]]:
    rng = np.random.default_rng(0)
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(trials), size=len(trials))
        yield [trials[index] for index in drawn], [values[index] for index in drawn]


def _share(name: str, share: float, draws: Sequence[float]) -> Share:
    low, high = np.quantile(draws, [0.05, 0.95])
    return Share(name, share, float(low), float(high))
