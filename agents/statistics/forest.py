"""Compute the variance share of each search parameter with Optuna's fANOVA, and check that a forest predicts trials."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.statistics.goal import Goal

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    Space = Mapping[str, BaseDistribution]

TREES = 32
_VALIDATION_TREES = 100
Trials = Sequence[Mapping[str, Any]]


def distribution(values: Sequence[Any]) -> BaseDistribution | None:
    """Return the Optuna distribution that covers the values of a parameter, None if they are all equal."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return None
    if not all(map(_is_number, distinct)):
        return CategoricalDistribution([str(value) for value in distinct])
    low, high = float(min(distinct)), float(max(distinct))
    return FloatDistribution(low, high, log=low > 0 and high / low >= 100)


def out_of_bag_r2(trials: Trials, values: Sequence[float], space: Space) -> float:
    """Return the out-of-bag R squared of a forest. Each tree predicts only trials outside its bootstrap sample.

    The result is positive if the forest predicts better than the mean.
    Source: out-of-bag estimates, Breiman, Machine Learning 45 (2001) 5.
    """
    from sklearn.ensemble import RandomForestRegressor

    features = np.column_stack([_as_numbers([trial[name] for trial in trials]) for name in space])
    forest = RandomForestRegressor(_VALIDATION_TREES, min_samples_leaf=2, oob_score=True, random_state=0)
    return float(forest.fit(features, values).oob_score_)


def _as_numbers(values: Sequence[Any]) -> list[float]:
    """Encode values as numbers. Texts are numbered in order of first occurrence, because trees need some order."""
    if all(map(_is_number, values)):
        return [float(value) for value in values]
    distinct = list(dict.fromkeys(map(str, values)))
    return [float(distinct.index(str(value))) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def variance_shares(trials: Trials, values: Sequence[float], space: Space, goal: Goal) -> dict[str, float]:
    """Return the share of the variance of `values` that each parameter accounts for, by fANOVA."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction=goal)
    study.add_trials([_frozen_trial(trial, value, space) for trial, value in zip(trials, values, strict=True)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=TREES, seed=0)
        importances = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(importances[name]) for name in space}


def _frozen_trial(trial: Mapping[str, Any], value: float, space: Space) -> FrozenTrial:
    from optuna.distributions import CategoricalDistribution
    from optuna.trial import create_trial

    params = {
        name: str(trial[name]) if isinstance(space[name], CategoricalDistribution) else float(trial[name])
        for name in space
    }
    return create_trial(params=params, distributions=dict(space), value=value)
