"""The config group `collaboration`: its values, and what may not set it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import CompileError, SpecError
from compiler.base.paths import Lab
from compiler.collaboration.settings import CollaborationSettings, parse_collaboration
from compiler.composing.compose import Composer
from compiler.experiment.compile_experiment import compile_experiment
from compiler.plan.compile_lab import compile_lab
from compiler.runs.toolchain import Toolchain
from tests.compiler.small_lab import FILES
from tests.labs import mistakes_of, spec, write_lab

OWN_CONFIG = str(FILES["conf/config.yaml"])
WITH_GROUP = FILES | {"conf/config.yaml": OWN_CONFIG.replace("_self_,", "_self_, collaboration: assisted,")}


@pytest.mark.parametrize(
    ("node", "path", "problem"),
    [
        pytest.param({"level": "full"}, "level", "unknown value 'full'", id="level"),
        pytest.param({"levle": "assisted"}, "levle", "unknown key", id="key"),
        pytest.param([], "", "must be a mapping", id="list"),
        pytest.param({"level": "${oc.env:LEVEL}"}, "level", "interpolation", id="level from the environment"),
        pytest.param({"require_signatures": "no"}, "require_signatures", "boolean", id="text for a bool"),
        pytest.param({"plateau": 0}, "plateau", "greater than or equal to 1", id="plateau"),
        pytest.param({"budget": {"runs": -1}}, "budget.runs", "greater than or equal to 0", id="negative"),
        pytest.param({"budget": {"runs": True}}, "budget.runs", "integer", id="bool"),
        pytest.param({"budget": {"runs": 1.5}}, "budget.runs", "integer", id="fraction of a run"),
        pytest.param({"budget": {"runs": None}}, "budget.runs", "integer", id="null is no limit"),
        pytest.param({"budget": {"money": "10"}}, "budget.money", "number", id="text for a number"),
        pytest.param({"budget": {"hours": float("inf")}}, "budget.hours", "finite", id="infinite"),
        pytest.param({"budget": {"hours": float("nan")}}, "budget.hours", "finite", id="nan"),
        pytest.param({"budget": {"money": 1.0}}, "budget.currency", "needs its currency", id="money of no currency"),
        pytest.param({"bounds": {"model.lr": [1, 0]}}, "bounds.model.lr", "above its high end", id="empty range"),
        pytest.param({"bounds": {"model.lr": []}}, "bounds.model.lr", "must be a range", id="empty list"),
        pytest.param({"bounds": {"model.lr": [1, 2, 3]}}, "bounds.model.lr", "must be a range", id="three numbers"),
        pytest.param({"bounds": {"model.lr": ["0", "1"]}}, "bounds.model.lr", "must be a range", id="range of texts"),
        pytest.param({"bounds": {"model.lr": "*"}}, "bounds.model.lr", "must be a range", id="any value"),
        pytest.param({"bounds": {"model.lr": {"values": []}}}, "bounds.model.lr", "must be a range", id="no values"),
        pytest.param({"bounds": {"*": [0, 1]}}, "bounds.*", "dotted name", id="any key"),
        pytest.param({"bounds": {"model.*": [0, 1]}}, "bounds.model.*", "dotted name", id="any key of a group"),
        pytest.param({"bounds": {"model._target_": {"values": ["x"]}}}, "bounds.model._target_", "code", id="target"),
        pytest.param({"bounds": {"data.path": {"values": ["x"]}}}, "bounds.data.path", "path or a command", id="path"),
        pytest.param({"bounds": {"cmd": {"values": ["x"]}}}, "bounds.cmd", "path or a command", id="command"),
        pytest.param({"bounds": {"agents.kind": {"values": ["x"]}}}, "bounds.agents.kind", "cannot", id="agents"),
        pytest.param({"bounds": {"model.x": {"values": ["${seed}"]}}}, "bounds.model.x", "interpolation", id="value"),
    ],
)
def test_a_wrong_setting_is_a_problem_at_its_key(node: Any, path: str, problem: str) -> None:
    with pytest.raises(SpecError) as error:
        parse_collaboration(node)
    problems = {".".join(map(str, item.path)): item.problem for item in error.value.problems}
    matching = [text for key, text in problems.items() if key.startswith(f"collaboration.{path}".rstrip("."))]
    assert len(problems) == 1, problems
    assert problem in matching[0]


def test_a_limit_that_is_not_set_is_zero() -> None:
    budget = parse_collaboration({"level": "autonomous", "budget": {"runs": 3}}).budget
    assert (budget.runs, budget.hours, budget.model_calls, budget.money, budget.generations) == (3, 0, 0, 0, 0)


def test_a_lab_without_the_group_is_assisted(tmp_path: Path) -> None:
    assert Composer(write_lab(tmp_path, FILES)).base.collaboration is None
    assert parse_collaboration(None) == CollaborationSettings(level="assisted")


SETS_IT: dict[str, tuple[str, str]] = {
    "a choice": ("defaults: [override /collaboration: autonomous]\nexperiment: {hypothesis: h}\n", "bad.yaml:2:12"),
    "a value": ("experiment: {hypothesis: h}\ncollaboration: {level: autonomous}\n", "bad.yaml:3:1"),
    "a budget": ("experiment: {hypothesis: h}\ncollaboration: {budget: {runs: 9}}\n", "bad.yaml:3:1"),
    "its config": ("experiment: {hypothesis: h, config: {+collaboration.level: autonomous}}\n", "bad.yaml:2:38"),
    "its config as a choice": ("experiment: {hypothesis: h, config: {collaboration: autonomous}}\n", "bad.yaml:2:38"),
    "its sweep": ("experiment: {hypothesis: h, sweep: {collaboration.level: autonomous}}\n", "bad.yaml:2:37"),
    "a group": ("defaults: [override /model: open]\nexperiment: {hypothesis: h}\n", "conf/model/open.yaml:2:1"),
}
OPEN_MODEL = "# @package _global_\ncollaboration: {level: autonomous}\nmodel: {_target_: nets.Net, lr: 0.1}\n"


@pytest.mark.parametrize("files", [FILES, WITH_GROUP], ids=["lab without the group", "assisted lab"])
@pytest.mark.parametrize("case", SETS_IT)
def test_a_spec_cannot_set_the_group(files: Mapping[str, str | bytes], case: str, tmp_path: Path) -> None:
    body, place = SETS_IT[case]
    if files is FILES and "choice" in case:
        body = body.replace("override /coll", "/coll").replace("{collaboration: auto", "{+collaboration: auto")
    lab = write_lab(tmp_path, {**files, "conf/model/open.yaml": OPEN_MODEL, "bad": spec(body)})
    assert any(place in line and "collaboration" in line for line in mistakes_of(lab, "bad")), mistakes_of(lab, "bad")


@pytest.mark.parametrize(
    "override",
    [
        "collaboration=autonomous",
        "collaboration.level=autonomous",
        "+collaboration.budget.runs=9",
        "++collaboration={level: autonomous}",
        "~collaboration",
        "+collaboration@collaboration=autonomous",
    ],
)
def test_an_override_of_a_build_cannot_set_the_group(override: str, tmp_path: Path) -> None:
    lab = write_lab(tmp_path, WITH_GROUP)
    with pytest.raises(CompileError, match=r"overrides:1:1: collaboration: is read from the lab's config only"):
        compile_lab(lab, [override])


def test_a_wrong_setting_of_the_lab_is_located(tmp_path: Path) -> None:
    config = OWN_CONFIG + "collaboration:\n  bounds:\n    model.lr: [1, 0]\n"
    lab = write_lab(tmp_path, FILES | {"conf/config.yaml": config})
    with pytest.raises(CompileError, match=r"conf/config.yaml:5:5: collaboration.bounds.model.lr: is a range"):
        compile_lab(lab)


def _runs(lab: Lab) -> dict[str, Any]:
    return {run.id: run.config for run in compile_experiment("lr", Toolchain(lab))[1].values()}


def test_the_level_is_no_part_of_a_run(tmp_path: Path) -> None:
    without, assisted = write_lab(tmp_path / "a", FILES), write_lab(tmp_path / "b", WITH_GROUP)
    autonomous = WITH_GROUP["conf/config.yaml"].replace("assisted", "autonomous")  # type: ignore[arg-type]
    lab = write_lab(tmp_path / "c", WITH_GROUP | {"conf/config.yaml": autonomous})
    assert _runs(without) == _runs(assisted) == _runs(lab)
    assert Composer(lab).base.collaboration["level"] == "autonomous"


def test_a_value_that_the_group_replaces_is_a_diagnostic(tmp_path: Path) -> None:
    config = str(WITH_GROUP["conf/config.yaml"]).replace("assisted", "autonomous")
    lab = write_lab(tmp_path, WITH_GROUP | {"conf/config.yaml": config + "collaboration: {budget: {runs: 5}}\n"})
    with pytest.raises(CompileError, match=r"conf/config.yaml:3:26: collaboration.budget.runs: has no effect: .* 20"):
        compile_lab(lab)
    config = config.replace("_self_, ", "").replace("experiment: null", "experiment: null, _self_")
    compile_lab(write_lab(tmp_path, {"conf/config.yaml": config + "collaboration: {budget: {runs: 5}}\n"}))
