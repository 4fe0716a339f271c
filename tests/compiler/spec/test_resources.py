"""Resources of a training: an experiment overrides its model, which overrides the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.spec.resources import Resources
from tests.labs import compile_one, spec

LARGE = (
    "# @package _global_\nmodel: {_target_: lightning_modules.models.mlp.MLP, lr: 0.1}\nresources: {cpus: 4, gpus: 1}\n"
)
MINIMAL = spec("experiment: {hypothesis: It runs.}")
MODEL = "\ndefaults: [override /model: large]\n"

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "the defaults": (MINIMAL, {"cpus": 1, "mem_mb": 2000, "gpus": 0, "pack": 1, "partition": None, "checkpoint_minutes": 10}),
    "an experiment": (MINIMAL + "\nresources: {pack: 20, partition: short}\n", {"cpus": 1, "pack": 20, "partition": "short"}),
    "a choice of resources": (MINIMAL + "\ndefaults: [override /resources: gpu]\n", {"cpus": 4, "gpus": 1, "pack": 1}),
    "a model": (MINIMAL + MODEL, {"cpus": 4, "gpus": 1, "mem_mb": 2000}),
    "an experiment over its model": (MINIMAL + MODEL + "resources: {cpus: 2}\n", {"cpus": 2, "gpus": 1}),
    "half a GPU": (MINIMAL + "\nresources: {gpus: 0.5}\n", {"gpus": 0.5}),
    "half a minute": (MINIMAL + "\nresources: {checkpoint_minutes: 0.5}\n", {"checkpoint_minutes": 0.5}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_most_specific_resources_are_used(case: str, lab: Callable[[Mapping[str, str | bytes]], Lab]) -> None:
    text, expected = CASES[case]
    _, runs = compile_one(lab({"one": text, "conf/model/large.yaml": LARGE}), "one")
    (run,) = runs.values()
    resources = Resources.of_config(run.config)
    assert {key: getattr(resources, key) for key in expected} == expected


def test_each_model_of_a_sweep_has_its_own_resources(lab: Callable[[Mapping[str, str | bytes]], Lab]) -> None:
    text = spec("experiment: {hypothesis: It runs., sweep: {model: 'mlp,large'}}")
    _, runs = compile_one(lab({"one": text, "conf/model/large.yaml": LARGE}), "one")
    assert sorted(Resources.of_config(run.config).gpus for run in runs.values()) == [0, 1]
