"""A proposal sets only keys that the author varied, and no code, paths or commands."""

from __future__ import annotations

from typing import Any

import pytest

from agents.proposals.allowed import ForbiddenProposal, allowed_keys, check_proposal
from tests.agents.studies import grid, study

CHANGES = [
    {"parameter": "trainer.max_epochs", "from": 2, "to": 5},
    {"parameter": "model._target_", "from": "a.B", "to": "a.C"},
    {"parameter": "data.path", "from": "data/a.npz", "to": "data/b.npz"},
    {"parameter": "model.activation", "from": "relu", "to": "tanh"},
]
CASE = study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), {"factor": "model.lr", "control": 0.1}, modifications=CHANGES)


def document(**fields: Any) -> dict[str, Any]:
    return {"defaults": ["study", "_self_"], "experiment": {"hypothesis": "More.", **fields}}


def test_allowed_keys_were_varied_and_select_no_code_or_path() -> None:
    assert allowed_keys(CASE) == {"model.lr", "seed", "trainer.max_epochs", "model.activation"}


GOOD = {
    "a swept key": document(sweep={"model.lr": [0.1, 0.15]}),
    "a sweep as text": document(sweep={"model.lr": "0.1,0.15", "seed": "range(5)"}),
    "a reverted change": document(sweep={"trainer.max_epochs": [2, 5]}),
    "a text that the parent uses": document(sweep={"model.activation": ["relu", "tanh"]}),
    "an inherited key removed": document(sweep={"~model.lr": None, "seed": [1]}),
    "a list of points": document(sweep={"list": [{"model.lr": 0.1, "seed": 1}]}),
    "a nested config": document(config={"model": {"lr": 0.3}}),
}


@pytest.mark.parametrize("proposal", GOOD.values(), ids=GOOD)
def test_varied_keys_and_known_texts_are_accepted(proposal: dict[str, Any]) -> None:
    check_proposal(proposal, CASE)


BAD = {
    "code": (document(sweep={"model._target_": ["a.B", "a.C"]}), "'model._target_' selects code"),
    "code in a config": (document(config={"model": {"_target_": "os.system"}}), "'model._target_' selects code"),
    "code in a point": (document(sweep={"list": [{"model._target_": ["a.B"]}]}), "'model._target_' selects code"),
    "code added": (document(sweep={"+model._args_": [1]}), "'model._args_' selects code"),
    "a path": (document(sweep={"data.path": ["data/a.npz"]}), "'data.path' names a path or a command"),
    "a folder": (document(config={"trainer.default_root_dir": "x"}), "names a path or a command"),
    "a command": (document(config={"data": {"command": "x"}}), "'data.command' names a path or a command"),
    "resources": (document(config={"resources.gpus": 8}), "'resources.gpus' cannot change a training"),
    "agent settings": (document(config={"agents.base_url": "x"}), "'agents.base_url' names a path"),
    "a key that was not varied": (
        document(sweep={"model.hidden": [1, 2]}),
        "'model.hidden' was not varied by the author of 'study'",
    ),
    "a key in a zip that was not varied": (
        document(sweep={"zip": {"model.hidden": [1], "seed": [1]}}),
        "'model.hidden' was not",
    ),
    "a text that was not used": (document(sweep={"model.activation": ["relu", "/etc"]}), "has the value '/etc'"),
    "an environment variable": (document(sweep={"model.lr": ["${oc.env:HOME}"]}), "has the value '${oc.env:HOME}'"),
    "a mapping": (document(config={"model.lr": {}}), "has a mapping as value"),
    "an analyst as code": (document(analysis_pipeline=["os:system"]), "experiment.analysis_pipeline"),
    "a new deliverable": (document(deliverables=[{"type": "os:system"}]), "'study' has no deliverable"),
    "another parent config": ({**document(), "defaults": ["other", "_self_"]}, "extends its experiment"),
    "a key at the top level": ({**document(), "model": {"lr": 1}}, "'model': a proposal has only defaults"),
}


@pytest.mark.parametrize(("proposal", "problem"), BAD.values(), ids=BAD)
def test_forbidden_keys_and_values_are_rejected(proposal: dict[str, Any], problem: str) -> None:
    with pytest.raises(ForbiddenProposal) as caught:
        check_proposal(proposal, CASE)
    assert problem in str(caught.value)


def test_all_problems_are_reported_together() -> None:
    with pytest.raises(ForbiddenProposal) as caught:
        check_proposal(document(sweep={"data.path": ["x"], "model.hidden": [1]}, reports=["a:b"]), CASE)
    assert str(caught.value).count(";") >= 3
