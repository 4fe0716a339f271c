"""The genealogy: declared parents, the nearest earlier config, and modifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.experiment.experiment import Experiment
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.genealogy import genealogy, modifications, parameters, parent_problems
from compiler.plan.genealogy_entry import Modification
from compiler.spec.parse_spec import parse_spec

BASE = {f"key{number}": number for number in range(8)}
ROOT = "null"  # as parent: the experiment declares that it has none


def experiment(
    name: str,
    base: Mapping[str, Any],
    parent: str | None = None,
    created: str | None = None,
    points: tuple[Mapping[str, Any], ...] = ({},),
    file: str | None = None,
    is_own: bool = True,
    on_request: bool = False,
) -> Experiment:
    node: dict[str, Any] = {
        "hypothesis": f"{name} holds.",
        "rationale": f"why {name}",
        "metadata": {"created_at": created},
        "on_request": on_request,
    }
    if parent is not None:
        node["parent"] = None if parent == ROOT else parent
    spec, _ = parse_spec(node, name)
    planned = tuple(PlannedPoint(str(number), overrides, "0" * 12) for number, overrides in enumerate(points))
    return Experiment(name, file or f"conf/experiment/{name}.yaml", is_own, spec, (), base, planned)


def parents_of(*experiments: Experiment) -> dict[str, tuple[str | None, str | None]]:
    return {entry.experiment_id: (entry.parent_experiment, entry.parent_source) for entry in genealogy(experiments)}


NEAR = BASE | {"key0": 9}


def test_old_dated_spec_does_not_change_the_parents_of_registered_experiments() -> None:
    first = experiment("first", BASE, created="2026-01-01")
    child = experiment("child", NEAR, created="2026-01-02")
    old = experiment("old", NEAR, created="2001-01-01")
    recorded = {"first": None, "child": "first"}
    parents = {entry.experiment_id: entry.parent_experiment for entry in genealogy([first, child, old], recorded)}
    assert parents == {"first": None, "child": "first", "old": None}
    assert parents_of(first, child, old) == {
        "old": (None, None),
        "first": ("old", "nearest"),
        "child": ("old", "nearest"),
    }


def test_parent_null_declares_a_root() -> None:
    first, root = experiment("a", BASE, created="2026-01-01"), experiment("b", NEAR, ROOT, "2026-01-02")
    assert parents_of(first, root)["b"] == (None, "declared")


def test_declared_parent_replaces_the_recorded_one() -> None:
    experiments = [experiment("a", BASE), experiment("b", BASE), experiment("c", NEAR, parent="b")]
    entries = {entry.experiment_id: entry for entry in genealogy(experiments, {"c": "a"})}
    assert entries["c"].parent_experiment == "b"


@pytest.mark.parametrize("recorded", ["gone", "c"], ids=["does not exist any more", "descends from the experiment"])
def test_recorded_parent_that_cannot_be_one_is_replaced_by_the_nearest(recorded: str) -> None:
    experiments = [experiment("a", BASE, ROOT, "2026-01-01"), experiment("b", NEAR, created="2026-01-02")]
    experiments.append(experiment("c", NEAR, parent="b", created="2026-01-03"))
    entries = {entry.experiment_id: entry for entry in genealogy(experiments, {"b": recorded})}
    assert entries["b"].parent_experiment == "a"


def test_declared_parent_is_the_parent() -> None:
    entries = genealogy([experiment("a", BASE), experiment("b", BASE | {"key0": 9, "new": 1}, parent="a")])
    assert [entry.to_json() for entry in entries] == [
        {
            "experiment_id": "a",
            "parent_experiment": None,
            "parent_source": None,
            "modifications": [],
            "rationale": "why a",
            "hypothesis": "a holds.",
        },
        {
            "experiment_id": "b",
            "parent_experiment": "a",
            "parent_source": "declared",
            "modifications": [
                {"parameter": "key0", "from": 0, "to": 9},
                {"parameter": "new", "from": None, "to": 1},
            ],
            "rationale": "why b",
            "hypothesis": "b holds.",
        },
    ]


def test_undeclared_parent_is_the_nearest_earlier_experiment() -> None:
    first = experiment("z_first", BASE, created="2026-01-01")
    near = experiment("y_near", BASE | {"key0": 1, "key1": 2}, created="2026-01-02")
    nearer = experiment("x_nearer", BASE | {"key0": 1, "key1": 2, "key2": 3}, created="2026-01-03")
    assert parents_of(first, near, nearer) == {
        "x_nearer": ("y_near", "nearest"),
        "y_near": ("z_first", "nearest"),
        "z_first": (None, None),
    }


AGES = {
    "by date": (("2026-02-01", "2026-01-01"), "b"),
    "by name on one day": (("2026-01-01", "2026-01-01"), "a"),
    "the undated are the newest": ((None, "2999-01-01"), "b"),
    "by name without dates": ((None, None), "a"),
    "by the hour": (("2026-01-01T10:00", "2026-01-01T09:00"), "b"),
}


@pytest.mark.parametrize(("dates", "oldest"), AGES.values(), ids=AGES)
def test_only_an_earlier_experiment_can_be_the_nearest(dates: tuple[str | None, str | None], oldest: str) -> None:
    parents = parents_of(*(experiment(name, BASE, created=date) for name, date in zip("ab", dates, strict=True)))
    younger = "a" if oldest == "b" else "b"
    assert parents == {oldest: (None, None), younger: (oldest, "nearest")}


def test_latest_of_equally_near_experiments_is_the_parent() -> None:
    older, newer = experiment("a", BASE, created="2026-01-01"), experiment("b", BASE, created="2026-01-02")
    assert parents_of(older, newer, experiment("c", BASE | {"key0": 9}))["c"] == ("b", "nearest")


def test_experiments_with_different_configs_are_not_related() -> None:
    other = {f"other{number}": number for number in range(8)}
    assert parents_of(experiment("a", BASE), experiment("b", other)) == {"a": (None, None), "b": (None, None)}


def test_at_most_half_of_the_keys_may_differ() -> None:
    half = BASE | {f"key{number}": -1 for number in range(4)}
    more = BASE | {f"key{number}": -1 for number in range(5)}
    assert parents_of(experiment("a", BASE), experiment("b", half))["b"] == ("a", "nearest")
    assert parents_of(experiment("a", BASE), experiment("b", more))["b"] == (None, None)


def test_declared_parent_that_does_not_compile_is_still_the_parent() -> None:
    (entry,) = genealogy([experiment("b", BASE, parent="broken")])
    assert (entry.parent_experiment, entry.parent_source, entry.modifications) == ("broken", "declared", ())


def test_parameter_of_a_swept_key_is_the_list_of_its_values() -> None:
    swept = experiment(
        "a",
        {"model": {"lr": 1, "deep": {"er": [1, {"x": 2}]}}},
        points=({"model.lr": 1}, {"model.lr": 1.0}, {"model.lr": 1}),
    )
    assert parameters(swept) == {"model.lr": [1, 1.0], "model.deep.er.0": 1, "model.deep.er.1.x": 2}


PARENTS: dict[str, tuple[dict[str, str | None], dict[str, tuple[str, str]]]] = {
    "valid": ({"a": None, "b": "a", "c": "b"}, {}),
    "missing": ({"a": None, "b": "aa"}, {"b": ("there is no experiment 'aa'", "did you mean 'a'?")}),
    "the hint does not suggest the experiment itself": (
        {"abc": "abcd"},
        {"abc": ("there is no experiment 'abcd'", "known: broken")},
    ),
    "a parent whose spec is broken": ({"a": "broken"}, {}),
    "the experiment itself": ({"a": "a"}, {"a": ("descends from itself: a -> a", "")}),
    "two experiments": (
        {"a": "b", "b": "a"},
        {"a": ("descends from itself: a -> b -> a", ""), "b": ("descends from itself: b -> a -> b", "")},
    ),
    "below a circle": ({"a": "b", "b": "b"}, {"b": ("descends from itself: b -> b", "")}),
}


@pytest.mark.parametrize(("parents", "expected"), PARENTS.values(), ids=PARENTS)
def test_missing_parents_and_circles_are_reported(
    parents: dict[str, str | None], expected: dict[str, tuple[str, str]]
) -> None:
    problems = parent_problems([experiment(name, BASE, parent=parent) for name, parent in parents.items()], ["broken"])
    assert {name: (problem.problem, problem.hint) for name, problem in problems.items()} == expected
    assert all(problem.path == ("experiment", "parent") for problem in problems.values())


values = (
    st.none()
    | st.booleans()
    | st.integers(0, 2)
    | st.floats(0, 2)
    | st.sampled_from(["", "1"])
    | st.lists(st.integers(0, 1), max_size=1)
)
settings = st.dictionaries(st.sampled_from("abcde"), values, max_size=4)


@given(settings, settings)
def test_modifications_transform_the_parent_into_the_child(parent: dict[str, Any], child: dict[str, Any]) -> None:
    changes = modifications(parent, child)
    assert {change.parameter for change in changes} <= parent.keys() | child.keys()
    reverse = modifications(child, parent)
    assert reverse == tuple(Modification(change.parameter, change.after, change.before) for change in changes)
    unchanged = {key: value for key, value in parent.items() if key not in {change.parameter for change in changes}}
    rebuilt = unchanged | {change.parameter: change.after for change in changes if change.parameter in child}
    assert repr(sorted(rebuilt.items())) == repr(sorted(child.items()))


@given(settings)
def test_equal_settings_have_no_modifications(values: dict[str, Any]) -> None:
    assert modifications(values, dict(values)) == ()


@pytest.mark.parametrize(
    ("before", "after"), [(1, 1.0), (1, True), (1, "1"), (0.0, -0.0), (None, []), ([], {}), ([1], [True])], ids=repr
)
def test_values_of_different_types_differ(before: Any, after: Any) -> None:
    assert modifications({"a": before}, {"a": after}) == (Modification("a", before, after),)


THROWAWAY = {
    "a sweep from the command line": {"file": "results/sweeps/experiment/first.yaml"},
    "built only on request": {"on_request": True},
    "ships with the engine": {"is_own": False},
}


@pytest.mark.parametrize("properties", THROWAWAY.values(), ids=THROWAWAY)
def test_throwaway_experiments_become_parents_only_if_they_are_declared(properties: dict[str, Any]) -> None:
    first = experiment("first", BASE, created="2026-01-01", **properties)
    undeclared = experiment("undeclared", NEAR, created="2026-01-02")
    declared = experiment("declared", NEAR, parent="first", created="2026-01-03")
    parents = parents_of(first, undeclared, declared)
    assert parents["undeclared"] == (None, None)
    assert parents["declared"] == ("first", "declared")


def test_an_experiment_of_the_engine_has_the_nearest_experiment_of_the_engine_as_parent() -> None:
    first = experiment("first", BASE, created="2026-01-01", is_own=False)
    second = experiment("second", NEAR, created="2026-01-02", is_own=False)
    assert parents_of(first, second)["second"] == ("first", "nearest")
