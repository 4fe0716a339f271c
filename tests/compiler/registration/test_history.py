"""The view of a registration shows its first design, every later change, and the looks."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.manifest import design as design_of
from compiler.registration.chain import Chain, read_chain
from compiler.registration.history import registration_of, write_registration
from tests.compiler.registration.chains import DESIGN, at, finish, look, register
from tests.labs import compile_one, spec, write_lab


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the design with another value at a dotted path."""
    design = deepcopy(DESIGN)
    *parents, key = path.split(".")
    node = design
    for parent in parents:
        node = node[parent]
    node[key] = value
    return design


def test_first_registration_contains_the_design(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    chain = register(lab, "a b")
    write_registration(lab, chain, "lr")
    assert json.loads(lab.registration("lr").read_text(encoding="utf-8")) == {
        "schema_version": 1,
        "experiment_id": "lr",
        "registered_at": "2030-01-01T12:00:00+00:00",
        "finished_runs": 0,
        **DESIGN,
        "revisions": [],
        "looks": [],
        "entry": 1,
        "sha256": chain.head,
        "claims": [],
        "known_runs": [],
        "git": None,
        "spec": "conf/experiment/lr.yaml",
    }


CHANGES = {
    "hypothesis": ("hypothesis", "Less is more."),
    "test": ("compare.alpha", 0.2),
    "test removed": ("compare", None),
    "number of points": ("planned.points", 8),
    "levels": ("planned.levels", {"0.1": 4}),
    "research question": ("research_question", "Why?"),
}


@pytest.mark.parametrize(("path", "value"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("finished", [0, 1])
def test_change_is_shown_as_a_revision(path: str, value: Any, finished: int, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    register(lab, "a b")
    finish(lab, "a" if finished else "", started=1)
    registration = registration_of(register(lab, "a b", minutes=60, design=changed(path, value)), "lr")
    assert registration is not None
    assert registration.design == DESIGN
    (revision,) = registration.revisions
    assert revision.revised_at == at(60)
    assert (revision.finished_runs, revision.is_post_hoc) == (finished, bool(finished))
    assert revision.design == changed(path, value)
    assert all(change.path.startswith(path) or path.startswith(change.path) for change in revision.changes)
    assert revision.changes


def test_change_shows_the_values_before_and_after(tmp_path: Path) -> None:
    register(Lab(tmp_path), "a")
    registration = registration_of(register(Lab(tmp_path), "a", design=changed("compare.alpha", 0.2)), "lr")
    assert registration is not None
    (revision,) = registration.to_json()["revisions"]
    assert revision["changes"] == [{"path": "compare.alpha", "from": 0.05, "to": 0.2}]


def test_return_to_an_earlier_design_is_a_revision(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    for number, design in enumerate([DESIGN, changed("hypothesis", "B"), DESIGN]):
        register(lab, "a", minutes=number, design=design)
    look(lab, "a", minutes=9)
    registration = registration_of(read_chain(lab.registrations), "lr")
    assert registration is not None
    assert [revision.design["hypothesis"] for revision in registration.revisions] == ["B", "More is more."]
    assert registration.to_json()["looks"] == [
        {"number_of_look": 1, "recorded_at": at(9), "verdict": "inconclusive", "evaluated_runs": 1}
    ]


def test_experiment_without_entries_has_no_registration(tmp_path: Path) -> None:
    assert registration_of(Chain(), "lr") is None
    write_registration(Lab(tmp_path), Chain(), "lr")
    assert not Lab(tmp_path).registration("lr").exists()


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
