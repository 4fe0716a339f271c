"""Compiled searches: their space, rounds, budget and id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.composing.compose import Composer
from compiler.plan.design import StudySize
from compiler.plan.digests import digests
from compiler.plan.genealogy import parameters
from compiler.plan.plan_files import current_plan
from compiler.plan.planned_search import PlannedSearch, PlannedTrial
from compiler.sweep.search_space import search_space
from compiler.view.status import experiment_states
from tests.compiler.small_lab import GROUPS
from tests.labs import compile_one, mistakes_of, spec, write_lab
from tests.plans import planned_search

SEARCH_SPEC = """
    experiment:
      hypothesis: There is a good one.
      search: {space: {model.lr: "interval(0.0, 1.0)", model.width: "choice(1,2)"}, runs: 8, batch: 2, metric: accuracy, goal: maximize}
      sweep: {seed: range(2)}
"""
TRIALS = [
    {"model.lr": 0.0031, "model.width": 2},
    {"model.lr": 1.0, "model.width": 1},
    {"model.lr": 1e-05, "model.width": 1},
]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return write_lab(tmp_path, GROUPS | {"find": spec(SEARCH_SPEC)})


def search_of(lab: Lab, overrides: Sequence[str] = ()) -> PlannedSearch:
    search = current_plan(lab, overrides).experiments["find"].search
    assert search is not None
    return search


def write_round(lab: Lab, number: int, params: Sequence[Any]) -> Path:
    """Write a round, as the job that suggests trials does."""
    search = search_of(lab)
    file = lab.round("find", search.id, number)
    first = len(search.trials)
    write_json(file, {"trials": [{"number": n, "params": trial} for n, trial in enumerate(params, start=first)]})
    return file


SPACES = {
    "floats": ("interval(0, 1)", {"kind": "float", "low": 0.0, "high": 1.0, "step": None, "log": False}),
    "log": ("tag(log, interval(1e-4, 1e-1))", {"kind": "float", "low": 1e-4, "high": 0.1, "step": None, "log": True}),
    "integers": ("int(interval(8, 128))", {"kind": "int", "low": 8, "high": 128, "step": None, "log": False}),
    "log integers": (
        "tag(log, int(interval(8, 128)))",
        {"kind": "int", "low": 8, "high": 128, "step": None, "log": True},
    ),
    "a range": ("range(16, 129, 16)", {"kind": "int", "low": 16, "high": 128, "step": 16, "log": False}),
    "a descending range": ("range(9, 0, -2)", {"kind": "int", "low": 1, "high": 9, "step": 2, "log": False}),
    "float steps": ("range(0, 1, 0.25)", {"kind": "float", "low": 0.0, "high": 0.75, "step": 0.25, "log": False}),
    "choices": ("choice(1, 1.0, a)", {"kind": "choice", "values": (1, 1.0, "a")}),
    "values": ("1,2", {"kind": "choice", "values": (1, 2)}),
    "a list": ([1, [2]], {"kind": "choice", "values": (1, [2])}),
}


@pytest.mark.parametrize(("text", "domain"), SPACES.values(), ids=SPACES)
def test_domains_are_parsed_from_hydras_grammar(text: Any, domain: dict[str, Any], tmp_path: Path) -> None:
    (searched,) = search_space({"model.lr": text}, "tpe", Composer(write_lab(tmp_path, GROUPS)))
    assert (searched.key, searched.domain.to_json()) == ("model.lr", domain)
    assert {name: type(value) for name, value in searched.domain.to_json().items()} == {
        name: type(value) for name, value in domain.items()
    }
    assert all(searched.domain.contains(value) for value in searched.domain.extremes)


BUDGETS = {
    "from the start": (8, 3, [], {1: 3, 2: 3, 3: 2}),
    "the last round is smaller": (8, 3, [(1, 3)], {2: 3, 3: 2}),
    "used up": (8, 3, [(1, 8)], {}),
    "exceeded": (2, 3, [(1, 3)], {}),
    "a smaller round is not extended": (8, 3, [(1, 3), (2, 1)], {3: 3, 4: 1}),
    "one round": (8, 100, [], {1: 8}),
    "two runs in each trial": (16, 3, [(1, 3)], {2: 3, 3: 2}),
}


@pytest.mark.parametrize(("runs", "batch", "suggested", "remaining"), BUDGETS.values(), ids=BUDGETS)
def test_the_remaining_rounds_follow_from_the_budget(
    runs: int, batch: int, suggested: list[tuple[int, int]], remaining: dict[int, int]
) -> None:
    trials = [PlannedTrial(0, number, {}, ()) for number, size in suggested for _ in range(size)]
    search = planned_search(*trials, budget=runs, batch=batch, runs_per_trial=2 if runs == 16 else 1)
    assert search.rounds_to_come == remaining


def test_before_its_first_round_a_search_has_no_points_and_a_planned_size(lab: Lab) -> None:
    plan = current_plan(lab)
    entry = plan.experiments["find"]
    assert entry.points == ()
    assert entry.design.planned == StudySize(points=8, runs=8, levels={})
    assert plan.data == {"data/rows.csv": "aa11"}
    assert [probe.data for probe in search_of(lab).probes] == [("data/rows.csv",)]


def test_runs_that_are_not_yet_suggested_count_as_waiting(lab: Lab) -> None:
    assert experiment_states(lab, current_plan(lab))["find"].counts["waiting"] == 8
    write_round(lab, 1, TRIALS)
    state = experiment_states(lab, current_plan(lab))["find"]
    assert (len(state.runs), state.runs_to_come, state.counts["waiting"]) == (6, 2, 8)


def test_each_round_appends_points(lab: Lab) -> None:
    write_round(lab, 1, TRIALS[:2])
    write_round(lab, 2, TRIALS[2:])
    plan = current_plan(lab)
    entry, search = plan.experiments["find"], search_of(lab)
    assert [point.name for point in entry.points] == [
        f"model.lr={lr},model.width={width},seed={seed}"
        for lr, width in (("0.0031", 2), ("1.0", 1), ("1e-05", 1))
        for seed in (0, 1)
    ]
    by_trial = [run for trial in search.trials for run in trial.runs]
    assert by_trial == [point.run for point in entry.points]
    assert [trial.params for trial in search.trials] == TRIALS
    assert set(by_trial) <= plan.runs.keys()
    assert read_json(lab.run_job(by_trial[0]))["resources"]["cpus"] == 2
    assert read_json(lab.run_job(by_trial[0]))["config"]["model"]["lr"] == 0.0031


def test_a_round_changes_neither_the_registration_nor_the_inputs_of_steps(lab: Lab) -> None:
    before = current_plan(lab)
    write_round(lab, 1, TRIALS[:2])
    after = current_plan(lab)
    assert digests(before) == digests(after)
    assert before.experiments["find"].design == after.experiments["find"].design
    assert before.genealogy == after.genealogy


def test_a_trial_that_repeats_another_costs_no_run(lab: Lab) -> None:
    write_round(lab, 1, [TRIALS[0], TRIALS[0]])
    assert len(current_plan(lab).experiments["find"].points) == 2
    first, second = search_of(lab).trials
    assert first.runs == second.runs


def test_a_smaller_budget_excludes_later_trials_and_a_larger_one_continues(lab: Lab) -> None:
    write_round(lab, 1, TRIALS)
    edit(lab, "runs: 8", "runs: 5")
    assert [trial.number for trial in search_of(lab).trials] == [0, 1]
    edit(lab, "runs: 5", "runs: 12")
    assert [trial.number for trial in search_of(lab).trials] == [0, 1, 2]
    assert search_of(lab).rounds_to_come == {2: 2, 3: 1}


EDITS = {
    "the budget": ("runs: 8", "runs: 12", False),
    "the batch": ("batch: 2", "batch: 3", False),
    "the hypothesis": ("a good one", "a bad one", False),
    "a bound of an interval": ("interval(0.0, 1.0)", "interval(0.0, 0.5)", True),
    "another notation of the interval": ("interval(0.0, 1.0)", "interval(0, 1e0)", False),
    "a choice": ("choice(1,2)", "choice(1,2,3)", True),
    "the metric": ("metric: accuracy", "metric: best_accuracy", True),
    "metric and goal": ("metric: accuracy, goal: maximize", "metric: eval_loss, goal: minimize", True),
    "the seed": ("batch: 2", "batch: 2, seed: 1", True),
    "the sampler": ("batch: 2", "batch: 2, sampler: gp", True),
    "the sweep": ("range(2)", "range(3)", True),
}


@pytest.mark.parametrize(("before", "after", "is_new"), EDITS.values(), ids=EDITS)
def test_the_search_id_changes_only_with_settings_that_affect_the_trials(
    before: str, after: str, is_new: bool, lab: Lab
) -> None:
    old = search_of(lab).id
    edit(lab, before, after)
    assert (search_of(lab).id != old) is is_new


def test_another_config_gives_another_search_and_keeps_the_old_one(lab: Lab) -> None:
    write_round(lab, 1, TRIALS)
    other = search_of(lab, ["trainer.max_epochs=9"])
    assert other.id != search_of(lab).id
    assert other.trials == ()
    assert len(search_of(lab).trials) == 3


DAMAGE = {
    "truncated file": '{"trials": [',
    "no trials": '{"trials": []}',
    "another key": '{"trials": [{"number": 0, "params": {"model.lr": 0.5}}]}',
    "a value outside the space": '{"trials": [{"number": 0, "params": {"model.lr": 1.5, "model.width": 1}}]}',
    "another type": '{"trials": [{"number": 0, "params": {"model.lr": "0.5", "model.width": 1}}]}',
    "another number": '{"trials": [{"number": 3, "params": {"model.lr": 0.5, "model.width": 1}}]}',
}


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_round_is_reported(text: str, lab: Lab) -> None:
    write_round(lab, 1, TRIALS).write_text(text)
    (mistake,) = mistakes_of(lab, "find")
    assert "conf/experiment/find.yaml:4:3: experiment.search: " in mistake
    assert "round-001.json is not a round of this search (remove it and the rounds after it" in mistake


def test_the_genealogy_records_the_space_as_text(lab: Lab) -> None:
    values = parameters(compile_one(lab, "find")[0])
    assert (values["model.lr"], values["model.width"], values["seed"]) == ("interval(0.0, 1.0)", "choice(1,2)", [0, 1])


def test_metric_and_goal_default_to_those_of_the_registered_test(tmp_path: Path) -> None:
    text = SEARCH_SPEC.replace(", metric: accuracy, goal: maximize", "").replace(
        "seed: range(2)", "trainer.max_epochs: '1,2'"
    )
    text += "      compare: {metric: eval_loss, goal: minimize, factor: trainer.max_epochs, control: 1}\n"
    lab = write_lab(tmp_path, GROUPS | {"find": spec(text)})
    assert (search_of(lab).metric, search_of(lab).goal) == ("eval_loss", "minimize")
    assert current_plan(lab).experiments["find"].design.planned.levels == {"1": 4, "2": 4}


def edit(lab: Lab, before: str, after: str) -> None:
    file = lab.conf / "experiment/find.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
