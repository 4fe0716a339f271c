"""Sweeps over configs of groups and over values that only the sweep gives, compiled to runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compiler.base.paths import Lab
from tests.compiler.small_lab import GROUPS
from tests.labs import compile_one, mistakes_of, spec

OPTIMS = {"conf/optim/sgd.yaml": "name: sgd\n", "conf/optim/adam.yaml": "name: adam\n"}
NETS = {f"conf/model/{name}.yaml": f"_target_: nets.Net\nlr: {lr}\n" for name, lr in (("deep/a", 1), ("deep/b", 2))}
WITHOUT_MODEL = GROUPS["conf/config.yaml"].replace("model: net", "model: '???'")  # type: ignore[arg-type,call-overload]
SWEEPS: dict[str, tuple[Mapping[str, Any], str, str, list[Any]]] = {
    "group at a package": (OPTIMS, '{+optim@gen: "sgd,adam"}', "gen", [{"name": "sgd"}, {"name": "adam"}]),
    "configs in a folder of a group": (NETS, '{model: "deep/a,deep/b"}', "model.lr", [1, 2]),
    "mandatory group": (
        NETS | {"conf/config.yaml": WITHOUT_MODEL},
        '{model: "deep/a,deep/b"}',
        "model.lr",
        [1, 2],
    ),
    "value that only the sweep gives": (
        {},
        '{size: "small,large"}\nsize: ???\nsizes: {small: 2, large: 8}\nmodel: {width: "${sizes[${size}]}"}',
        "model.width",
        [2, 8],
    ),
    "items of a list": ({}, '{steps.1.lr: "1,2"}\nsteps: [{lr: 0}, {lr: 0}]', "steps.1.lr", [1, 2]),
    "lists of configs": (
        {"conf/stages/stop.yaml": "stop: 1\n", "conf/stages/keep.yaml": "keep: 2\n"},
        "{+stages: [[stop], [stop, keep]]}",
        "stages",
        [{"stop": 1}, {"stop": 1, "keep": 2}],
    ),
}


@pytest.mark.parametrize(("files", "sweep", "key", "expected"), SWEEPS.values(), ids=SWEEPS)
def test_sweep_gives_a_run_for_each_config(
    files: Mapping[str, Any], sweep: str, key: str, expected: list[Any], lab: Callable[..., Lab]
) -> None:
    text = f"experiment:\n  hypothesis: Both work.\n  sweep: {sweep}\n"
    experiment, runs = compile_one(lab(GROUPS | files | {"probe": spec(text)}), "probe")
    configs = [runs[point.run].config for point in experiment.points]
    assert [_value(config, key) for config in configs] == expected


def _value(config: Any, key: str) -> Any:
    for name in key.split("."):
        config = config[int(name)] if isinstance(config, list) else config[name]
    return config


WRONG = {
    "unknown config in a folder": (NETS, '{model: "deep/c"}', "no config 'deep/c' in group 'model' (did you mean 'de"),
    "group forced with ++": (OPTIMS, '{++optim: "sgd,adam"}', "cannot be chosen with ++ (write +optim)"),
    "index behind the list": ({}, '{steps.2: "1,2"}\nsteps: [0, 0]', "'steps' is a list of 2 items, counted from 0"),
    "value that nothing gives": ({}, "{seed: 1}\nother: '???'", "other: has no value yet"),
    "group that nothing chooses": (
        {"conf/config.yaml": WITHOUT_MODEL},
        "{seed: 1}",
        "no config of group 'model' is chosen",
    ),
    "number of a config": ({"conf/optim/1.yaml": "a: 1\n"}, "{+optim: 1}", "the name of a config is text, got 1"),
}


@pytest.mark.parametrize(("files", "sweep", "message"), WRONG.values(), ids=WRONG)
def test_wrong_choices_are_refused(files: Mapping[str, Any], sweep: str, message: str, lab: Callable[..., Lab]) -> None:
    text = f"experiment:\n  hypothesis: Both work.\n  sweep: {sweep}\n"
    mistakes = mistakes_of(lab(GROUPS | files | {"probe": spec(text)}), "probe")
    assert any(message in mistake for mistake in mistakes), mistakes
