"""Optuna asked round by round: the same trials whenever it is interrupted, and trials that get better."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import optuna
import pytest

from compiler.plan.planned_search import PlannedSearch
from rules.results.suggest_trials import Told, _distribution, _Recorded, _sampler, next_trials
from tests.plans import planned_search

SPACE = {
    "lr": {"kind": "float", "low": 1e-4, "high": 0.1, "step": None, "log": True},
    "hidden": {"kind": "int", "low": 16, "high": 128, "step": 16, "log": False},
    "dropout": {"kind": "float", "low": 0.0, "high": 0.5, "step": 0.1, "log": False},
}
CHOICES = SPACE | {"model": {"kind": "choice", "values": ["mlp", [1, 2], 1, 1.0, True, None]}}
SAMPLERS = ("random", "tpe", "gp", "cmaes")
GP = pytest.param("gp", marks=pytest.mark.slow)  # fits a process for each trial: seconds a search


def search(sampler: str, seed: int = 3, space: Any = SPACE) -> PlannedSearch:
    return planned_search(sampler=sampler, seed=seed, space=space)


def objective(params: Any) -> float:
    """Best at a rate of 0.005 and 96 units."""
    return -((math.log10(params["lr"]) + 2.3) ** 2) - ((params["hidden"] - 96) / 100) ** 2 - params["dropout"] ** 2


def told(asked: Sequence[Any], first: int) -> list[Told]:
    """Every seventh trial fails."""
    numbered = enumerate(asked, start=first)
    return [Told(params, objective(params) if number % 7 != 5 else None) for number, params in numbered]


def rounds(about: PlannedSearch, sizes: Sequence[int]) -> list[list[Told]]:
    found: list[list[Told]] = []
    for size in sizes:
        found.append(told(next_trials(about, found, size), sum(map(len, found))))
    return found


@pytest.mark.parametrize("sampler", ["random", "tpe", GP, "cmaes"])
def test_an_interrupted_search_asks_what_an_undisturbed_one_does(sampler: str) -> None:
    """Rounds come back from JSON, with nothing else known of the rounds before."""
    sizes = [4, 4, 4, 3] if sampler == "gp" else [4] * 6
    whole = rounds(search(sampler), sizes)
    for done in range(len(sizes)):
        past = [[Told(json.loads(json.dumps(one.params)), one.value) for one in asked] for asked in whole[:done]]
        again = next_trials(
            PlannedSearch.from_json(json.loads(json.dumps(search(sampler).to_json()))), past, sizes[done]
        )
        assert again == [one.params for one in whole[done]]


def test_cmaes_goes_on_as_one_study_would() -> None:
    about, sizes = search("cmaes"), [4] * 8
    study = optuna.create_study(direction="maximize", sampler=_Recorded(_sampler(about, 0), SPACE, []))
    distributions = {key: _distribution(SPACE[key]) for key in sorted(SPACE)}
    asked = []
    for size in sizes:
        trials = [study.ask(distributions) for _ in range(size)]
        for trial in trials:
            study.tell(trial, objective(trial.params))
        asked.append([trial.params for trial in trials])
    replayed: list[list[Told]] = []
    for size in sizes:
        replayed.append([Told(one, objective(one)) for one in next_trials(about, replayed, size)])
    assert [[one.params for one in part] for part in replayed] == asked


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
def test_later_rounds_learn_from_earlier_ones(sampler: str) -> None:
    found = [one.value for asked in rounds(search(sampler), [4] * 12) for one in asked if one.value is not None]
    assert sum(found[-12:]) / 12 > sum(found[:8]) / 8
    flipped = [
        [Told(one.params, one.value and -one.value) for one in asked] for asked in rounds(search(sampler), [4] * 8)
    ]
    assert next_trials(search(sampler), flipped, 4) != next_trials(search(sampler), rounds(search(sampler), [4] * 8), 4)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_seeds_differ_and_rounds_do_not_repeat(sampler: str) -> None:
    first, other = rounds(search(sampler), [4, 4]), rounds(search(sampler, seed=4), [4, 4])
    params = [one.params for asked in (*first, *other) for one in asked]
    assert len({json.dumps(one, sort_keys=True) for one in params}) == len(params)


def test_the_order_in_which_a_plan_has_its_keys_means_nothing() -> None:
    turned = dict(reversed(SPACE.items()))
    assert next_trials(search("tpe"), [], 4) == next_trials(search("tpe", space=turned), [], 4)


@pytest.mark.parametrize("sampler", ["random", "tpe", GP])
def test_choices_come_back_as_what_they_are(sampler: str) -> None:
    values = [one.params["model"] for asked in rounds(search(sampler, space=CHOICES), [12, 4]) for one in asked]
    assert {repr(value) for value in values} <= {repr(value) for value in CHOICES["model"]["values"]}
    assert len({repr(value) for value in values}) > 3


@pytest.mark.parametrize("sampler", ["random", "tpe", GP, "cmaes"])
def test_numbers_are_readable_and_inside(sampler: str) -> None:
    for one in (one for asked in rounds(search(sampler), [4] * 4) for one in asked):
        assert SPACE["lr"]["low"] <= one.params["lr"] <= SPACE["lr"]["high"]
        assert one.params["lr"] == float(f"{one.params['lr']:.6g}")
        assert one.params["hidden"] in range(16, 129, 16)
        assert one.params["dropout"] in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def test_rounds_of_nothing_but_failures_are_no_obstacle() -> None:
    for sampler in SAMPLERS:
        failed = [[Told(params, None) for params in next_trials(search(sampler), [], 4)]]
        assert len(next_trials(search(sampler), failed, 4)) == 4
