"""The runs of a spec have its `config`, its swept values and groups, and resolved interpolations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.identity import canonical
from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

NETS = "class Net:\n    def __init__(self, lr: float, width: int = 3, layers: list[int] | None = None, **more): ...\n"
GROUPS = FILES | {
    "nets.py": NETS,
    "conf/model/open.yaml": "_target_: nets.Net\nlr: ???\nwidth: 3\n",
    "conf/model/deep.yaml": "_target_: nets.Net\nlr: 0.5\nwidth: 9\nlayers: [1, 2]\n",
    "conf/model/linked.yaml": "_target_: nets.Net\nlr: 0.5\nwidth: ${oc.select:base,9}\n",
}


def configs(root: Path, body: str, overrides: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the config of each point."""
    experiment, runs = compile_one(write_lab(root, GROUPS | {"study": spec(body)}), "study", overrides)
    return [dict(runs[point.run].config) for point in experiment.points]


CONFIG: dict[str, tuple[str, dict[str, Any]]] = {
    "dotted": ("{model.lr: 0.25}", {"lr": 0.25, "width": 0}),
    "nested": ("{model: {lr: 0.25, width: 7}}", {"lr": 0.25, "width": 7}),
    "a group": ("{model: deep}", {"lr": 0.5, "width": 9, "layers": [1, 2]}),
    "a group and its value": ("{model: deep, model.lr: 0.25}", {"lr": 0.25, "width": 9, "layers": [1, 2]}),
    "a list is set as a whole": ("{model: deep, model.layers: [7]}", {"lr": 0.5, "width": 9, "layers": [7]}),
    "a new key": ("{+model.note: x}", {"lr": 0.1, "width": 0, "note": "x"}),
    "an interpolation": ("{model.width: '${seed}'}", {"lr": 0.1, "width": 0}),
    "a null": ("{+model.layers: null}", {"lr": 0.1, "width": 0, "layers": None}),
    "an empty config": ("{}", {"lr": 0.1, "width": 0}),
}


@pytest.mark.parametrize(("config_text", "model"), CONFIG.values(), ids=CONFIG)
def test_config_of_a_spec_sets_values_and_groups(config_text: str, model: dict[str, Any], tmp_path: Path) -> None:
    (config,) = configs(tmp_path, f"experiment: {{hypothesis: H., config: {config_text}}}\n")
    assert config["model"] == {"_target_": "nets.Net"} | model


def test_config_of_a_spec_equals_keys_beside_it(tmp_path: Path) -> None:
    flat = configs(tmp_path, "experiment: {hypothesis: H., config: {model.lr: 0.25, seed: 3}}\n")
    nested = configs(tmp_path, "experiment: {hypothesis: H.}\nmodel: {lr: 0.25}\nseed: 3\n")
    assert canonical(flat) == canonical(nested)


def test_override_of_the_build_takes_precedence(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., config: {model.lr: 0.25, model.width: 5}}\n"
    (config,) = configs(tmp_path, body, ("model.lr=0.75",))
    assert (config["model"]["lr"], config["model"]["width"]) == (0.75, 5)


def test_sweep_overrides_the_config_of_a_spec(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., config: {model: deep, model.lr: 0.25}, sweep: {model.width: '1,2'}}\n"
    assert [(config["model"]["lr"], config["model"]["width"]) for config in configs(tmp_path, body)] == [
        (0.25, 1),
        (0.25, 2),
    ]


def test_values_of_the_config_apply_to_every_swept_group(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., config: {model.lr: 0.25}, sweep: {model: 'net,deep'}}\n"
    assert [(config["model"]["lr"], config["model"]["width"]) for config in configs(tmp_path, body)] == [
        (0.25, 0),
        (0.25, 9),
    ]


def test_sweep_may_set_missing_values(tmp_path: Path) -> None:
    header = f"{spec('').strip()}\ndefaults: [override /model: open]\n"
    swept = header + "experiment: {hypothesis: H., sweep: {model.lr: '0.1,0.2'}}\n"
    lab = write_lab(tmp_path, GROUPS | {"open": header + "experiment: {hypothesis: H.}\n", "swept": swept})
    experiment, runs = compile_one(lab, "swept")
    assert [runs[point.run].config["model"]["lr"] for point in experiment.points] == [0.1, 0.2]
    assert mistakes_of(lab, "open") == ["conf/model/open.yaml:2:1: model.lr: has no value yet ('???')"]


def test_sweep_may_be_an_interpolation(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., sweep: {model.lr: '${rates}'}}\nrates: 0.3,0.4\n"
    assert [config["model"]["lr"] for config in configs(tmp_path, body)] == [0.3, 0.4]


def test_interpolations_are_resolved_for_each_point(tmp_path: Path) -> None:
    """A key of an earlier point does not affect a point without this key."""
    body = """
        defaults: [override /model: linked]
        experiment:
          hypothesis: H.
          sweep: {list: [{seed: 1}, {+base: 4}, {seed: 2}, {+base: 5, seed: 3}, {seed: 4}]}
    """
    assert [config["model"]["width"] for config in configs(tmp_path, body)] == [9, 4, 9, 5, 9]


def test_points_with_equal_configs_share_a_run(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., sweep: {list: [{seed: 0}, {model.lr: 0.1}, {seed: 1}]}}\n"
    experiment, runs = compile_one(write_lab(tmp_path, GROUPS | {"study": spec(body)}), "study")
    assert [point.name for point in experiment.points] == ["seed=0", "model.lr=0.1", "seed=1"]
    assert experiment.points[0].run == experiment.points[1].run != experiment.points[2].run
    assert len(runs) == 2


def test_base_is_the_identifying_config_before_the_sweep(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., sweep: {model.lr: '0.2,0.3'}}\ntracking: {mode: offline}\n"
    experiment, _ = compile_one(write_lab(tmp_path, GROUPS | {"study": spec(body)}), "study")
    assert experiment.base == {
        "seed": 0,
        "data": {"_target_": "builtins.dict", "path": "data/rows.csv"},
        "model": {"_target_": "nets.Net", "lr": 0.1, "width": 0},
        "trainer": {"_target_": "builtins.dict", "max_epochs": 1},
    }


def test_problem_of_many_points_is_reported_once(tmp_path: Path) -> None:
    body = "experiment: {hypothesis: H., sweep: {model.width: 'wide,1', seed: range(50)}}\n"
    lab = write_lab(tmp_path, GROUPS | {"study": spec(body)})
    assert mistakes_of(lab, "study") == [
        "conf/experiment/study.yaml:2:38: experiment.sweep.model.width: nets.Net takes int, got 'wide'"
    ]
