"""Importance of search parameters, estimated only if resampled trials agree on the result."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.statistics.goal import Goal
from agents.statistics.sample import finite, varies

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

TRIALS_PER_PARAMETER = 10
RESAMPLES = 20
STABLE = 0.8  # share of resampled searches in which the same parameter must come first
_TREES, _VALIDATION_TREES = 32, 100


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
    """Why the importance could not be estimated."""

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
    space = {
        name: distribution
        for name in _names(trials)
        if (distribution := _distribution([trial[name] for trial in trials]))
    }
    why = _why_not_estimated(trials, sample, space)
    if why:
        return NotEstimated(why)
    if _out_of_bag_r2(trials, sample, space) <= 0:
        return NotEstimated("the parameters do not predict the values of held-out trials")
    estimated = _shares(trials, sample, space, goal)
    draws = [_shares(drawn, drawn_values, space, goal) for drawn, drawn_values in _resampled(trials, sample)]
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
    return Importance(tuple(shares), stability, len(trials), f"fANOVA, {_TREES} trees, {len(draws)} resamples")


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


def _distribution(values: Sequence[Any]) -> BaseDistribution | None:
    """Return the space that the trials span, None for a parameter that does not vary."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return None
    if not all(map(_is_number, distinct)):
        return CategoricalDistribution([str(value) for value in distinct])
    low, high = float(min(distinct)), float(max(distinct))
    return FloatDistribution(low, high, log=low > 0 and high / low >= 100)


def _out_of_bag_r2(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], space: Mapping[str, BaseDistribution]
) -> float:
    """Return the R squared of a forest on the trials outside the sample of each tree. It is positive if it predicts.

    Source: out-of-bag estimates, Breiman, Machine Learning 45 (2001) 5.
    """
    from sklearn.ensemble import RandomForestRegressor

    features = np.column_stack([_coded([trial[name] for trial in trials]) for name in space])
    forest = RandomForestRegressor(_VALIDATION_TREES, min_samples_leaf=2, oob_score=True, random_state=0)
    return float(forest.fit(features, values).oob_score_)


def _coded(values: Sequence[Any]) -> list[float]:
    """Encode values as numbers. Texts are numbered in order of first occurrence, because trees need some order."""
    if all(map(_is_number, values)):
        return [float(value) for value in values]
    seen = list(dict.fromkeys(map(str, values)))
    return [float(seen.index(str(value))) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shares(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], space: Mapping[str, BaseDistribution], goal: Goal
) -> dict[str, float]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction=goal)
    study.add_trials([_frozen(trial, value, space) for trial, value in zip(trials, values, strict=True)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=_TREES, seed=0)
        importances = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(importances[name]) for name in space}


def _frozen(trial: Mapping[str, Any], value: float, space: Mapping[str, BaseDistribution]) -> FrozenTrial:
    from optuna.distributions import CategoricalDistribution
    from optuna.trial import create_trial

    params = {
        name: str(trial[name]) if isinstance(space[name], CategoricalDistribution) else float(trial[name])
        for name in space
    }
    return create_trial(params=params, distributions=dict(space), value=value)


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
