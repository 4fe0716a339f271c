"""Estimate the importance of search parameters. An estimate is returned only if resampled trials agree on it."""

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
MIN_STABILITY = 0.8  # share of resampled searches in which the same parameter must have the largest share


@dataclass(frozen=True)
class Share:
    """A parameter's share of the variance over the space, with its central 90% range over resampled trials."""

    parameter: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Importance:
    """The variance shares of all parameters, in descending order.

    `stability` is the share of resampled searches in which the same parameter has the largest share.
    """

    shares: tuple[Share, ...]
    stability: float
    trials: int
    method: str


@dataclass(frozen=True)
class ImportanceNotEstimated:
    """The reason why the importance could not be estimated."""

    why: str


def parameter_importance(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], goal: Goal
) -> Importance | ImportanceNotEstimated:
    """Return each parameter's share of the variance by fANOVA, over completed `trials` {parameter: value}.

    The result is ImportanceNotEstimated for fewer than ten trials per varying parameter, fewer than two varying
    parameters, values that do not vary, a forest that cannot predict trials outside its sample (pure noise passes this
    check in about one of twenty cases), or bootstrap resamples that do not agree on the most important parameter.
    Source: Hutter, Hoos & Leyton-Brown, ICML 2014, as in `optuna.importance.FanovaImportanceEvaluator`.
    """
    sample = finite(values)
    space = {
        name: covered
        for name in _common_parameters(trials)
        if (covered := distribution([trial[name] for trial in trials]))
    }
    why = _why_not_estimated(trials, sample, space)
    if why:
        return ImportanceNotEstimated(why)
    if out_of_bag_r2(trials, sample, space) <= 0:
        return ImportanceNotEstimated("the parameters do not predict the values of held-out trials")
    estimated = variance_shares(trials, sample, space, goal)
    draws = [variance_shares(drawn, drawn_values, space, goal) for drawn, drawn_values in _resampled(trials, sample)]
    most_important = max(estimated, key=lambda name: estimated[name])
    stability = float(np.mean([max(draw, key=lambda name: draw[name]) == most_important for draw in draws]))
    if stability < MIN_STABILITY:
        agreement = f"{most_important} is first in {stability:.0%} of {len(draws)} resampled searches"
        required = f"{MIN_STABILITY:.0%} are required"
        return ImportanceNotEstimated(
            f"the trials do not agree on the most important parameter: {agreement}, and {required}"
        )
    shares = [
        _share(name, estimated[name], [draw[name] for draw in draws])
        for name in sorted(estimated, key=lambda name: -estimated[name])
    ]
    return Importance(tuple(shares), stability, len(trials), f"fANOVA, {TREES} trees, {len(draws)} resamples")


def _common_parameters(trials: Sequence[Mapping[str, Any]]) -> list[str]:
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
