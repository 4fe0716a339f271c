"""Looking up the parent of an experiment in the plan."""

from __future__ import annotations

import pytest

from tests.plans import plan_of, planned_experiment

EXPERIMENTS = [planned_experiment(name) for name in ("first", "child", "orphan")]
PLAN = plan_of(*EXPERIMENTS, parents={"child": "first", "orphan": "broken"})


@pytest.mark.parametrize(
    ("name", "parent"),
    [("child", "first"), ("first", None), ("orphan", None)],
    ids=["a child", "no parent", "a parent whose spec is broken"],
)
def test_parent_is_found_if_its_spec_compiles(name: str, parent: str | None) -> None:
    parent_experiment = PLAN.parent(name)
    assert (parent_experiment and parent_experiment.id) == parent


def test_genealogy_entry_is_found_by_experiment_id() -> None:
    assert PLAN.genealogy_entry("child").parent_experiment == "first"
