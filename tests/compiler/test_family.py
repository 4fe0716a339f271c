"""Whose child an experiment is, as a plan tells it."""

from __future__ import annotations

import pytest

from compiler.plan.ancestry import descent, parent

PLAN = {
    "genealogy": [
        {"experiment_id": "one", "parent_experiment": None},
        {"experiment_id": "child", "parent_experiment": "one"},
        {"experiment_id": "orphan", "parent_experiment": "broken"},
    ],
    "experiments": {"one": {"points": []}, "child": {}, "orphan": {}},
}


@pytest.mark.parametrize(
    ("name", "found"),
    [("child", ("one", {"points": []})), ("one", None), ("orphan", None)],
    ids=["a child", "no parent", "a parent whose spec is broken"],
)
def test_the_parent_and_its_entry(name: str, found: object) -> None:
    assert parent(PLAN, name) == found


def test_an_entry_of_the_tree() -> None:
    assert descent(PLAN, "child")["parent_experiment"] == "one"
