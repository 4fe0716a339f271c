"""Rounds of trials are reproducible after interruptions, and later rounds use the results of earlier ones."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import optuna
import pytest

from compiler.plan.planned_search import PlannedSearch
from rules.search.recorded_sampler import RecordedSampler, distribution
from rules.search.suggest_trials import Trial, make_sampler, suggest_trials
from tests.plans import planned_search

SPACE = {
    "lr": {"kind": "float", "low": 1e-4, "high": 0.1, "step": None, "log": True},
    "hidden": {"kind": "int", "low": 16, "high": 128, "step": 16, "log": False},
    "dropout": {"kind": "float", "low": 0.0, "high": 0.5, "step": 0.1, "log": False},
}
CHOICES = SPACE | {"model": {"kind": "choice", "values": ["mlp", [1, 2], 1, 1.0, True, None]}}
SAMPLERS = ("random", "tpe", "gp", "cmaes")
GP = pytest.param("gp", marks=pytest.mark.slow)  # fits a Gaussian process for each trial, which takes seconds
Rounds = list[list[Trial]]


def search_with(sampler: str, seed: int = 3, space: Any = SPACE) -> PlannedSearch:
    return planned_search(sampler=sampler, seed=seed, space=space)


def objective(params: Any) -> float:
    """Return a value whose maximum is at a learning rate of 0.005 and 96 units."""
    return -((math.log10(params["lr"]) + 2.3) ** 2) - ((params["hidden"] - 96) / 100) ** 2 - params["dropout"] ** 2


def evaluate(suggested: Sequence[Any], first: int) -> list[Trial]:
    """Evaluate a round whose first trial has the number `first`. Every seventh trial fails."""
    numbered = enumerate(suggested, start=first)
    return [Trial(params, objective(params) if number % 7 != 5 else None) for number, params in numbered]


def run_search(search: PlannedSearch, sizes: Sequence[int]) -> Rounds:
    rounds: Rounds = []
    for size in sizes:
        rounds.append(evaluate(suggest_trials(search, rounds, size), sum(map(len, rounds))))
    return rounds


@pytest.mark.parametrize("sampler", ["random", "tpe", GP, "cmaes"])
def test_interrupted_search_suggests_the_same_trials_as_an_uninterrupted_one(sampler: str) -> None:
    """The search is interrupted before every round, and each round is suggested from the JSON of earlier rounds."""
    sizes = [4, 4, 4, 3] if sampler == "gp" else [4] * 6
    search = search_with(sampler)
    uninterrupted = run_search(search, sizes)
    reread = PlannedSearch.from_json(json.loads(json.dumps(search.to_json())))
    for number, trials in enumerate(uninterrupted):
        past = [
            [Trial(json.loads(json.dumps(trial.params)), trial.value) for trial in round_]
            for round_ in uninterrupted[:number]
        ]
        assert suggest_trials(reread, past, sizes[number]) == [trial.params for trial in trials]


def test_cmaes_suggests_the_same_trials_as_one_continuous_study() -> None:
    search, sizes = search_with("cmaes"), [4] * 8
    study = optuna.create_study(direction="maximize", sampler=RecordedSampler(make_sampler(search, 0), SPACE, []))
    distributions = {key: distribution(SPACE[key]) for key in sorted(SPACE)}
    continuous = []
    for size in sizes:
        trials = [study.ask(distributions) for _ in range(size)]
        for trial in trials:
            study.tell(trial, objective(trial.params))
        continuous.append([trial.params for trial in trials])
    rounds: Rounds = []
    for size in sizes:
        rounds.append([Trial(params, objective(params)) for params in suggest_trials(search, rounds, size)])
    assert [[trial.params for trial in trials] for trials in rounds] == continuous


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
def test_later_rounds_use_the_values_of_earlier_rounds(sampler: str) -> None:
    search = search_with(sampler)
    values = [trial.value for trials in run_search(search, [4] * 12) for trial in trials if trial.value is not None]
    assert sum(values[-12:]) / 12 > sum(values[:8]) / 8
    rounds = run_search(search, [4] * 8)
    negated = [[Trial(trial.params, trial.value and -trial.value) for trial in trials] for trials in rounds]
    assert suggest_trials(search, negated, 4) != suggest_trials(search, rounds, 4)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_rounds_and_seeds_suggest_different_trials(sampler: str) -> None:
    first, second = run_search(search_with(sampler), [4, 4]), run_search(search_with(sampler, seed=4), [4, 4])
    params = [trial.params for trials in (*first, *second) for trial in trials]
    assert len({json.dumps(values, sort_keys=True) for values in params}) == len(params)


def test_order_of_keys_in_the_plan_does_not_change_the_suggested_trials() -> None:
    reordered = dict(reversed(SPACE.items()))
    search = search_with("tpe")
    assert suggest_trials(search, [], 4) == suggest_trials(search_with("tpe", space=reordered), [], 4)


@pytest.mark.parametrize("sampler", ["random", "tpe", GP])
def test_choices_keep_their_type(sampler: str) -> None:
    rounds = run_search(search_with(sampler, space=CHOICES), [12, 4])
    values = [trial.params["model"] for trials in rounds for trial in trials]
    assert {repr(value) for value in values} <= {repr(value) for value in CHOICES["model"]["values"]}
    assert len({repr(value) for value in values}) > 3


@pytest.mark.parametrize("sampler", ["random", "tpe", GP, "cmaes"])
def test_numbers_are_rounded_and_within_their_bounds(sampler: str) -> None:
    for trial in (trial for trials in run_search(search_with(sampler), [4] * 4) for trial in trials):
        assert SPACE["lr"]["low"] <= trial.params["lr"] <= SPACE["lr"]["high"]
        assert trial.params["lr"] == float(f"{trial.params['lr']:.6g}")
        assert trial.params["hidden"] in range(16, 129, 16)
        assert trial.params["dropout"] in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_search_continues_after_a_round_in_which_all_trials_failed(sampler: str) -> None:
    search = search_with(sampler)
    failed = [[Trial(params, None) for params in suggest_trials(search, [], 4)]]
    assert len(suggest_trials(search, failed, 4)) == 4
