"""Which parameters of a search mattered, told only where the answer would be the same with other trials."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from agents.statistics.sample import finite, varies

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

Goal = Literal["maximize", "minimize"]
TRIALS_PER_PARAMETER = 10
RESAMPLES = 40
STABLE = 0.8  # share of resampled searches in which the same parameter must come first
_TREES = 32


@dataclass(frozen=True)
class Share:
    """A parameter's share of the variance over the space, and between what shares it varied when resampled (90%)."""

    parameter: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Importance:
    """`shares`, the largest first. `stability`: in what share of resampled searches the same one came first."""

    shares: tuple[Share, ...]
    stability: float
    trials: int
    method: str


@dataclass(frozen=True)
class NotEstimated:
    why: str


def parameter_importance(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], goal: Goal
) -> Importance | NotEstimated:
    """Shares of the variance that fANOVA's forest gives to each parameter, over `trials` {parameter: value}.

    Failed trials are left out before. Not estimated with fewer than ten trials per varying parameter, fewer than two
    of those, values that do not vary, or where bootstrap resamples of the trials do not agree on the first.
    Source: Hutter, Hoos & Leyton-Brown, ICML 2014, as in `optuna.importance.FanovaImportanceEvaluator`.
    """
    sample = finite(values)
    space = {name: one for name in _names(trials) if (one := _distribution([trial[name] for trial in trials]))}
    why = _refusal(trials, sample, space)
    if why:
        return NotEstimated(why)
    found = _shares(trials, sample, space, goal)
    draws = [_shares(some, theirs, space, goal) for some, theirs in _resampled(trials, sample)]
    first = max(found, key=lambda name: found[name])
    stability = float(np.mean([max(draw, key=lambda name: draw[name]) == first for draw in draws]))
    if stability < STABLE:
        agreed = f"{first} comes first in {stability:.0%} of {len(draws)} resampled searches, and it takes {STABLE:.0%}"
        return NotEstimated(f"the trials do not agree on what matters most: {agreed}")
    shares = [
        _share(name, found[name], [draw[name] for draw in draws]) for name in sorted(found, key=lambda n: -found[n])
    ]
    return Importance(tuple(shares), stability, len(trials), f"fANOVA, {_TREES} trees, {len(draws)} resamples")


def _names(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """Parameters that every trial set."""
    return sorted(set.intersection(*(set(trial) for trial in trials))) if trials else []


def _refusal(trials: Sequence[Any], values: Sequence[float], space: Mapping[str, Any]) -> str:
    needed = TRIALS_PER_PARAMETER * len(space)
    if len(space) < 2:
        return "fewer than two parameters vary, so there is nothing to rank"
    if len(trials) < needed:
        return f"{len(space)} parameters take {needed} trials, and {len(trials)} completed"
    return "" if varies(values) else "every trial gave the same value"


def _distribution(values: Sequence[Any]) -> BaseDistribution | None:
    """The space that the trials spanned; None for a parameter that does not vary."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in distinct):
        return CategoricalDistribution([str(one) for one in distinct])
    low, high = float(min(distinct)), float(max(distinct))
    return FloatDistribution(low, high, log=low > 0 and high / low >= 100)


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
        found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(found[name]) for name in space}


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
        yield [trials[at] for at in drawn], [values[at] for at in drawn]


def _share(name: str, share: float, draws: Sequence[float]) -> Share:
    low, high = np.quantile(draws, [0.05, 0.95])
    return Share(name, share, float(low), float(high))
