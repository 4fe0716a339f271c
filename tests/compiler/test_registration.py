"""What was promised before the first run is never rewritten, and later edits say whether results could be seen."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.plan.manifest import design
from compiler.plan.registration import is_post_hoc, promised, registered
from tests.labs import compile_one, spec, write_lab

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
PROMISE: dict[str, Any] = {
    "hypothesis": "More is more.",
    "research_question": "",
    "compare": {"metric": "accuracy", "alpha": 0.05},
    "deliverables": {"accurate": {"type": "evaluation_results", "value": 0.8}},
    "planned": {"points": 4, "runs": 4, "levels": {"0.1": 2, "0.2": 2}},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    found = deepcopy(PROMISE)
    *above, key = path.split(".")
    node = found
    for step in above:
        node = node[step]
    node[key] = value
    return found


def test_the_first_registration_holds_the_promise() -> None:
    assert registered(None, "lr", PROMISE, 0, START) == {
        "schema_version": 1,
        "experiment_id": "lr",
        "registered_at": "2030-01-01T12:00:00+00:00",
        "finished_runs": 0,
        **PROMISE,
        "revisions": [],
    }


def test_an_unchanged_promise_changes_nothing() -> None:
    first = registered(None, "lr", PROMISE, 0, START)
    assert registered(first, "lr", deepcopy(PROMISE), 3, START + timedelta(days=1)) == first


EDITS = {
    "the claim": ("hypothesis", "Less is more.", True),
    "the test": ("compare.alpha", 0.2, True),
    "no test any more": ("compare", None, True),
    "the size": ("planned.points", 8, True),
    "the levels": ("planned.levels", {"0.1": 4}, True),
    "a threshold": ("deliverables.accurate.value", 0.7, False),
    "the question": ("research_question", "Why?", False),
}


@pytest.mark.parametrize(("path", "value", "decides"), EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("finished", [0, 1])
def test_an_edit_is_kept_beside_the_promise(path: str, value: Any, decides: bool, finished: int) -> None:
    first = registered(None, "lr", PROMISE, 0, START)
    before = deepcopy(first)
    second = registered(first, "lr", changed(path, value), finished, START + timedelta(hours=1))
    assert first == before
    assert {key: second[key] for key in first if key != "revisions"} == {
        key: first[key] for key in first if key != "revisions"
    }
    (revision,) = second["revisions"]
    assert revision["revised_at"] == "2030-01-01T13:00:00+00:00"
    assert revision["finished_runs"] == finished
    assert revision["post_hoc"] is bool(finished)
    assert revision["promise"] == changed(path, value) == promised(second)
    assert all(change["path"].startswith(path) or path.startswith(change["path"]) for change in revision["changes"])
    assert revision["changes"]
    assert is_post_hoc(second) is (decides and bool(finished))


def test_a_change_says_from_what_to_what() -> None:
    first = registered(None, "lr", PROMISE, 0, START)
    second = registered(first, "lr", changed("compare.alpha", 0.2), 1, START)
    assert second["revisions"][0]["changes"] == [{"path": "compare.alpha", "from": 0.05, "to": 0.2}]


def test_going_back_is_another_revision_and_stays_post_hoc() -> None:
    now = registered(None, "lr", PROMISE, 0, START)
    for number, one in enumerate([changed("hypothesis", "B"), PROMISE, PROMISE, changed("hypothesis", "C")]):
        now = registered(now, "lr", one, number, START + timedelta(hours=number))
    assert [one["promise"]["hypothesis"] for one in now["revisions"]] == ["B", "More is more.", "C"]
    assert [one["post_hoc"] for one in now["revisions"]] == [False, True, True]
    assert promised(now)["hypothesis"] == "C"
    assert now["hypothesis"] == "More is more."
    assert is_post_hoc(now)


def test_without_a_registration_nothing_is_post_hoc() -> None:
    assert not is_post_hoc(None)
    assert not is_post_hoc(registered(None, "lr", PROMISE, 5, START))


promises = st.fixed_dictionaries(
    {
        "hypothesis": st.sampled_from("ab"),
        "compare": st.none() | st.fixed_dictionaries({"alpha": st.sampled_from([0, 1])}),
    }
)


@given(st.lists(st.tuples(promises, st.integers(0, 2)), min_size=1, max_size=5))
def test_a_registration_ends_with_todays_promise_and_forgets_none(history: list[tuple[dict[str, Any], int]]) -> None:
    now: dict[str, Any] | None = None
    for one, finished in history:
        now = registered(now, "lr", one, finished, START)
    assert now is not None
    assert promised(now) == history[-1][0]
    told = [history[0][0], *(one["promise"] for one in now["revisions"])]
    steps = [one for number, (one, _) in enumerate(history) if number == 0 or one != history[number - 1][0]]
    assert told == steps
    assert json.loads(json.dumps(now)) == now


def test_what_a_spec_promises(tmp_path: Any) -> None:
    text = spec("""
        experiment:
          hypothesis: H.
          research_question: Q?
          sweep: {model.lr: "0.1,0.2,1e-1", seed: range(3)}
          compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
          deliverables: [{type: plot, required: false}]
    """)
    experiment, _ = compile_one(write_lab(tmp_path, {"lr": text}), "lr")
    assert design(experiment).to_json() == {
        "hypothesis": "H.",
        "research_question": "Q?",
        "compare": {
            "metric": "accuracy",
            "goal": "maximize",
            "factor": "model.lr",
            "control": 0.1,
            "treatment": None,
            "alpha": 0.05,
            "minimum_effect": 0.0,
            "paired": False,
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
