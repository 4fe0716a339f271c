"""A chain of proposals keeps short names, and ends when two generations in a row have decided nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.analysts.ablation.follow_ups import follow_ups
from agents.context.case import Case
from agents.proposals.lineage import Lineage, lineage_of
from agents.proposals.proposals import proposals
from tests.agents.studies import grid, study

CONTRAST = {"factor": "model.lr", "control": 0.001}
LEVELS = {0.001: [0.5, 0.52, 0.54, 0.56, 0.58], 0.01: [0.8, 0.81, 0.82, 0.83, 0.84], 0.1: [0.5, 0.52, 0.54, 0.56, 0.58]}
EQUAL = {level: [0.50, 0.53, 0.51, 0.54, 0.52] for level in (0.001, 0.01, 0.1)} | {0.01: [0.51, 0.53, 0.51, 0.54, 0.52]}


def generation(values: dict[float, list[float]], experiment_id: str, metadata: dict[str, Any]) -> Case:
    """Return the case of an experiment with this metadata."""
    case = study(grid("model.lr", values), CONTRAST)
    spec = {**case.spec, "metadata": metadata, "name": experiment_id}
    return replace(case, experiment_id=experiment_id, book=replace(case.book, spec=spec))


def refined(case: Case) -> dict[str, Any]:
    """Return the `experiment` node of the proposal that refines the levels."""
    node: dict[str, Any] = next(spec for spec in proposals(case) if spec.kind == "refine").document["experiment"]
    return node


def test_a_chain_that_decides_nothing_ends_after_two_generations() -> None:
    first = refined(generation(EQUAL, "root", {}))
    second = refined(generation(EQUAL, first["experiment_id"], first["metadata"]))
    last = generation(EQUAL, second["experiment_id"], second["metadata"])
    assert proposals(last) == ()
    reasons = [question.why for question in follow_ups(last, ()).not_estimated]
    assert any("decided nothing" in reason for reason in reasons)


def test_a_decided_test_is_new_information() -> None:
    first = refined(generation(EQUAL, "root", {}))
    second = refined(generation(EQUAL, first["experiment_id"], first["metadata"]))
    decided = generation(LEVELS, second["experiment_id"], second["metadata"])
    assert lineage_of(decided).undecided == 0
    assert refined(decided)["metadata"]["lineage"]["undecided"] == 1


def test_names_do_not_grow_with_the_depth_of_the_chain() -> None:
    case, ids, names = generation(LEVELS, "root", {}), [], []
    for _ in range(6):
        node = refined(case)
        ids.append(node["experiment_id"])
        names.append(node["name"])
        case = generation(LEVELS, node["experiment_id"], node["metadata"])
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= len("root_refine_model_lr_01234567")
    assert {name.partition(":")[0] for name in names} == {"root"}


def test_tags_are_not_repeated() -> None:
    first = refined(generation(LEVELS, "root", {"tags": ["small"]}))
    second = refined(generation(LEVELS, "next", first["metadata"]))
    assert second["metadata"]["tags"] == ["small", "proposal"]


@pytest.mark.parametrize(("undecided", "ended"), [(1, False), (2, True)], ids=["one undecided", "two undecided"])
def test_end_of_a_chain(undecided: int, ended: bool) -> None:
    assert Lineage("root", "Root", 5, undecided).has_ended == ended
