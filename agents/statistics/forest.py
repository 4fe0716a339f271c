"""Fit random forests over the trials of a search: fANOVA of Optuna, and a check that the forest predicts."""

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
    """Return the space that the trials span, None for a parameter that does not vary."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return None
    if not all(map(_is_number, distinct)):
        return CategoricalDistribution([str(value) for value in distinct])
    low, high = float(min(distinct)), float(max(distinct))
    return FloatDistribution(low, high, log=low > 0 and high / low >= 100)


def out_of_bag_r2(trials: Trials, values: Sequence[float], space: Space) -> float:
    """Return the R squared of a forest on the trials outside the sample of each tree.

    It is positive if the forest predicts better than the mean.
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


def variance_shares(trials: Trials, values: Sequence[float], space: Space, goal: Goal) -> dict[str, float]:
    """Return the share of the variance of each parameter."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction=goal)
    study.add_trials([_frozen(trial, value, space) for trial, value in zip(trials, values, strict=True)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=TREES, seed=0)
        importances = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(importances[name]) for name in space}


def _frozen(trial: Mapping[str, Any], value: float, space: Space) -> FrozenTrial:
    from optuna.distributions import CategoricalDistribution
    from optuna.trial import create_trial

    params = {
        name: str(trial[name]) if isinstance(space[name], CategoricalDistribution) else float(trial[name])
        for name in space
    }
    return create_trial(params=params, distributions=dict(space), value=value)
