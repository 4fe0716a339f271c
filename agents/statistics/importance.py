"""Which parameters of a search mattered, told only where the answer would be the same with other trials."""

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
_TREES, _JUDGING_TREES = 32, 100


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
    of those, values that do not vary, a forest that cannot foretell trials it has not seen (of pure noise about one in
    twenty seems to be foretold), or bootstrap resamples of the trials that do not agree on the first.
    Source: Hutter, Hoos & Leyton-Brown, ICML 2014, as in `optuna.importance.FanovaImportanceEvaluator`.
    """
    sample = finite(values)
    space = {name: one for name in _names(trials) if (one := _distribution([trial[name] for trial in trials]))}
    why = _refusal(trials, sample, space)
    if why:
        return NotEstimated(why)
    if _foretold(trials, sample, space) <= 0:
        return NotEstimated("the parameters do not foretell the value of trials that were set aside")
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
    if not all(map(_is_number, distinct)):
        return CategoricalDistribution([str(one) for one in distinct])
    low, high = float(min(distinct)), float(max(distinct))
    return FloatDistribution(low, high, log=low > 0 and high / low >= 100)


def _foretold(
    trials: Sequence[Mapping[str, Any]], values: Sequence[float], space: Mapping[str, BaseDistribution]
) -> float:
    """R squared of a forest over the trials that each of its trees has not seen; not above 0 when it is of no use.

    Source: out-of-bag estimates, Breiman, Machine Learning 45 (2001) 5.
    """
    from sklearn.ensemble import RandomForestRegressor

    features = np.column_stack([_coded([trial[name] for trial in trials]) for name in space])
    forest = RandomForestRegressor(_JUDGING_TREES, min_samples_leaf=2, oob_score=True, random_state=0)
    return float(forest.fit(features, values).oob_score_)


def _coded(values: Sequence[Any]) -> list[float]:
    """Trees only need an order, and text has none: that of first appearance is as good as any."""
    if all(map(_is_number, values)):
        return [float(one) for one in values]
    seen = list(dict.fromkeys(map(str, values)))
    return [float(seen.index(str(one))) for one in values]


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
