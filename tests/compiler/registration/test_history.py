"""A registered design is never rewritten, and revisions record whether runs had finished."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.plan.manifest import design as design_of
from compiler.registration.history import Registration, read_registration
from tests.labs import compile_one, spec, write_lab

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
DESIGN: dict[str, Any] = {
    "hypothesis": "More is more.",
    "research_question": "",
    "compare": {"metric": "accuracy", "alpha": 0.05},
    "deliverables": {"accurate": {"type": "evaluation_results", "value": 0.8}},
    "planned": {"points": 4, "runs": 4, "levels": {"0.1": 2, "0.2": 2}},
}
FIRST = Registration("lr", START.isoformat(), 0, DESIGN)


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the design with another value at a dotted path."""
    design = deepcopy(DESIGN)
    *parents, key = path.split(".")
    node = design
    for parent in parents:
        node = node[parent]
    node[key] = value
    return design


def test_first_registration_contains_the_design() -> None:
    assert FIRST.to_json() == {
        "schema_version": 1,
        "experiment_id": "lr",
        "registered_at": "2030-01-01T12:00:00+00:00",
        "finished_runs": 0,
        **DESIGN,
        "revisions": [],
    }


def test_unchanged_design_adds_no_revision() -> None:
    assert FIRST.revised(deepcopy(DESIGN), 3, START + timedelta(days=1)) == FIRST


CHANGES = {
    "hypothesis": ("hypothesis", "Less is more.", True),
    "test": ("compare.alpha", 0.2, True),
    "test removed": ("compare", None, True),
    "number of points": ("planned.points", 8, True),
    "levels": ("planned.levels", {"0.1": 4}, True),
    "threshold": ("deliverables.accurate.value", 0.7, False),
    "research question": ("research_question", "Why?", False),
}


@pytest.mark.parametrize(("path", "value", "changes_the_test"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("finished", [0, 1])
def test_change_is_appended_as_a_revision(path: str, value: Any, changes_the_test: bool, finished: int) -> None:
    second = FIRST.revised(changed(path, value), finished, START + timedelta(hours=1))
    assert replace(second, revisions=()) == FIRST
    (revision,) = second.revisions
    assert revision.revised_at == "2030-01-01T13:00:00+00:00"
    assert (revision.finished_runs, revision.is_post_hoc) == (finished, bool(finished))
    assert revision.design == changed(path, value) == second.current_design
    assert all(change.path.startswith(path) or path.startswith(change.path) for change in revision.changes)
    assert revision.changes
    assert second.is_post_hoc is (changes_the_test and bool(finished))


def test_change_records_the_values_before_and_after() -> None:
    (revision,) = FIRST.revised(changed("compare.alpha", 0.2), 1, START).to_json()["revisions"]
    assert revision["changes"] == [{"path": "compare.alpha", "from": 0.05, "to": 0.2}]


def test_return_to_an_earlier_design_is_a_revision_and_stays_post_hoc() -> None:
    registration = FIRST
    designs = [changed("hypothesis", "B"), DESIGN, DESIGN, changed("hypothesis", "C")]
    for number, design in enumerate(designs):
        registration = registration.revised(design, number, START + timedelta(hours=number))
    assert [revision.design["hypothesis"] for revision in registration.revisions] == ["B", "More is more.", "C"]
    assert [revision.is_post_hoc for revision in registration.revisions] == [False, True, True]
    assert registration.current_design["hypothesis"] == "C"
    assert registration.design["hypothesis"] == "More is more."
    assert registration.is_post_hoc


def test_registration_without_revisions_is_not_post_hoc() -> None:
    assert not replace(FIRST, finished_runs=5).is_post_hoc


designs = st.fixed_dictionaries(
    {
        "hypothesis": st.sampled_from("ab"),
        "compare": st.none() | st.fixed_dictionaries({"alpha": st.sampled_from([0, 1])}),
    }
)


@given(st.lists(st.tuples(designs, st.integers(0, 2)), min_size=1, max_size=5))
def test_registration_keeps_every_design_also_when_read_from_json(history: list[tuple[dict[str, Any], int]]) -> None:
    registration = Registration("lr", START.isoformat(), history[0][1], history[0][0])
    for design, finished in history:
        registration = registration.revised(design, finished, START)
    assert registration.current_design == history[-1][0]
    registered = [registration.design, *(revision.design for revision in registration.revisions)]
    distinct = [design for number, (design, _) in enumerate(history) if not number or design != history[number - 1][0]]
    assert registered == distinct
    assert Registration.from_json(json.loads(json.dumps(registration.to_json()))) == registration


def test_missing_registration_is_read_as_none_and_an_invalid_one_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "registration.json"
    assert read_registration(file) is None
    for content in ("{}", "[]", '{"experiment_id": "lr"}'):
        file.write_text(content)
        with pytest.raises(ValueError, match="is not a registration"):
            read_registration(file)


def test_design_of_a_spec_contains_all_registered_fields(tmp_path: Any) -> None:
    text = spec("""
        experiment:
          hypothesis: H.
          research_question: Q?
          sweep: {model.lr: "0.1,0.2,1e-1", seed: range(3)}
          compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
          deliverables: [{type: plot, required: false}]
    """)
    experiment, _ = compile_one(write_lab(tmp_path, {"lr": text}), "lr")
    assert design_of(experiment).to_json() == {
        "hypothesis": "H.",
        "research_question": "Q?",
        "compare": {
            "metric": "accuracy",
            "goal": "maximize",
            "factor": "model.lr",
            "control": 0.1,
            "treatment": 0.2,
            "alpha": 0.05,
            "minimum_effect": 0.0,
            "paired": False,
            "claims": [
                {
                    "type": "superiority",
                    "treatment": 0.2,
                    "margin": 0.0,
                    "metric": "accuracy",
                    "goal": "maximize",
                    "factors": [],
                    "primary": True,
                    "text": "mean accuracy at model.lr=0.2 exceeds that at model.lr=0.1",
                }
            ],
            "on_failure": "worst",
            "worst": None,
            "block": [],
            "aggregate": "mean",
            "generalize_to": ["seed"],
            "order": "holm",
            "looks": None,
        },
        "deliverables": {
            "plot": {
                "type": "plot",
                "path": "output/training_curves.png",
                "validation": "exists",
                "required": False,
                "over": "all",
            }
        },
        "planned": {"points": 6, "runs": 6, "levels": {"0.1": 3, "0.2": 3}},
    }
