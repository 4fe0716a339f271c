"""The policy of a lab is that of its base config."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from lab.collaboration.policy import Bound, Budget, Policy, read_policy
from tests.labs import write_lab

BASE = "defaults: [_self_, {0}, experiment: null]\nseed: 0\n{1}"


def _lab(root: Path, choice: str, more: str = "") -> Lab:
    return write_lab(root, {"conf/config.yaml": BASE.format(choice, more)})


def test_the_shipped_levels(tmp_path: Path) -> None:
    levels = {name: read_policy(_lab(tmp_path / name, f"collaboration: {name}")) for name in Policy.LEVELS}
    assert {name: policy.level for name, policy in levels.items()} == {name: name for name in Policy.LEVELS}
    assert levels["assisted"].budget == levels["semi_autonomous"].budget == Budget()
    assert levels["autonomous"].budget == Budget(runs=20, hours=2, generations=2)
    assert levels["autonomous"].bounds == {"seed": Bound(0, 2**32 - 1)}


def test_a_lab_without_a_config_of_its_own_is_assisted(tmp_path: Path) -> None:
    assert read_policy(write_lab(tmp_path, {})).level == "assisted"


def test_a_lab_without_the_group_is_assisted(tmp_path: Path) -> None:
    assert read_policy(_lab(tmp_path, "resources: default")) == Policy()


def test_values_of_the_lab_are_added_to_the_level(tmp_path: Path) -> None:
    more = "collaboration:\n  budget: {runs: 7}\n  bounds: {model.lr: [1.0e-4, 1.0e-2], model.name: {values: [a, b]}}\n"
    lab = write_lab(
        tmp_path, {"conf/config.yaml": "defaults: [collaboration: autonomous, experiment: null, _self_]\n" + more}
    )
    policy = read_policy(lab)
    assert policy.budget == Budget(runs=7, hours=2, generations=2)
    assert set(policy.bounds) == {"seed", "model.lr", "model.name"}
    assert policy.bounds["model.lr"] == Bound(1e-4, 1e-2)
    assert policy.bounds["model.name"] == Bound(values=("a", "b"))


def test_the_hash_changes_with_every_setting(tmp_path: Path) -> None:
    texts = ["", "collaboration: {plateau: 3}\n", "collaboration: {bounds: {model.lr: [0, 1]}}\n"]
    texts += ["collaboration: {bounds: {model.lr: [0, 1.0]}}\n", "collaboration: {budget: {runs: 1}}\n"]
    labs = [_lab(tmp_path / str(index), "resources: default", text) for index, text in enumerate(texts)]
    assert len({read_policy(lab).sha256 for lab in labs}) == len(texts)


def test_a_wrong_policy_is_a_diagnostic(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"conf/config.yaml:3:17: collaboration.level"):
        read_policy(_lab(tmp_path, "resources: default", "collaboration: {level: on}\n"))
