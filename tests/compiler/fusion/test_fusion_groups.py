"""Only runs that differ in the numbers of a fusable model share a group, and the key of fusing changes no run id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from compiler.base.identity import run_id, training_config
from compiler.base.paths import ENGINE
from compiler.fusion.groups import MEMBER_KEYS, fusion_groups
from compiler.plan.compile_lab import compile_lab
from compiler.plan.manifest import build_plan
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.view.explain import explain
from compiler.view.render_explanation import explanation_view
from compiler.view.status import experiment_states
from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec, write_lab

MODULE = """
class Says:
    fusable = True
class SaysInAnnotation:
    fusable: bool = True
class SaysNothing: ...
class SaysNo:
    fusable = False
class SaysAndTakesBack:
    fusable = True
    fusable = False
class Computes:
    fusable = bool(1)
class Inherits(Says): ...
def trains(lr): return {}
"""
CONFIG: dict[str, Any] = {
    "seed": 0,
    "model": {"_target_": "nets.Says", "lr": 0.1, "weight_decay": 0.0, "dropout": 0.0, "width": 3},
    "data": {"_target_": "rows.Rows", "batch_size": 32},
    "trainer": {"_target_": "lightning.Trainer", "max_epochs": 5, "fuse": "auto"},
    "tracking": {"mode": "offline"},
    "resources": {"cpus": 1},
}


@dataclass(frozen=True)
class Training:
    config: dict[str, Any] = field(default_factory=lambda: CONFIG)
    data: dict[str, str] = field(default_factory=lambda: {"data/rows.csv": "aa"})
    fingerprint: str = "f"


@pytest.fixture
def definitions(tmp_path: Path) -> Definitions:
    (tmp_path / "nets.py").write_text(MODULE, encoding="utf-8")
    return Definitions(Modules([tmp_path]))


def with_value(config: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    first, _, rest = key.partition(".")
    return config | {first: with_value(config.get(first, {}), rest, value) if rest else value}


def changed(key: str, value: Any) -> Training:
    return Training(with_value(CONFIG, key, value))


def grouped(definitions: Definitions, *trainings: Training) -> bool:
    """Return whether all trainings are in one group. Otherwise none of them may be in a group."""
    runs = {str(number): training for number, training in enumerate(trainings)}
    groups = fusion_groups(runs, definitions)
    assert len(groups) in (0, len(trainings))
    return len(set(groups.values())) == 1


@pytest.mark.parametrize(
    "other",
    [
        changed("seed", 1),
        changed("model.lr", 0.2),
        changed("model.lr", 1),
        changed("model.weight_decay", 0.5),
        changed("model.dropout", 0.5),
        changed("tracking.mode", "disabled"),
        changed("tags", ["a"]),
    ],
    ids=lambda training: str(training.config)[:40],
)
def test_runs_that_differ_in_a_number_of_a_member_share_a_group(other: Training, definitions: Definitions) -> None:
    assert grouped(definitions, Training(), other)


@pytest.mark.parametrize(
    "other",
    [
        changed("model.width", 4),
        changed("model._target_", "nets.SaysInAnnotation"),
        changed("data.batch_size", 16),
        changed("data.seed", 1),
        changed("trainer.max_epochs", 6),
        changed("trainer.enable_progress_bar", True),
        changed("resources.cpus", 2),
        changed("notes", "x"),
        changed("model.lr", "0.2"),
        changed("model.lr", True),
        changed("model.lr", None),
        changed("model.lr", {"start": 0.1}),
        changed("trainer.fuse", "off"),
        changed("trainer.fuse", False),
        replace(Training(), data={"data/rows.csv": "bb"}),
        replace(Training(), fingerprint="g"),
    ],
    ids=lambda training: str(training)[-60:],
)
def test_runs_that_differ_in_anything_else_do_not(other: Training, definitions: Definitions) -> None:
    assert not grouped(definitions, Training(), other)


def test_a_missing_key_is_not_the_default_of_the_class(definitions: Definitions) -> None:
    model = {key: value for key, value in CONFIG["model"].items() if key != "dropout"}
    assert not grouped(definitions, Training(), Training(CONFIG | {"model": model}))


def test_a_run_without_an_equal_one_has_no_group(definitions: Definitions) -> None:
    assert fusion_groups({"a": Training()}, definitions) == {}


OBSTACLES: dict[str, dict[str, Any]] = {
    "no attribute": {"model._target_": "nets.SaysNothing"},
    "attribute is false": {"model._target_": "nets.SaysNo"},
    "attribute is false at the end": {"model._target_": "nets.SaysAndTakesBack"},
    "attribute is computed": {"model._target_": "nets.Computes"},
    "only the base class has it": {"model._target_": "nets.Inherits"},
    "function": {"model._target_": "nets.trains"},
    "no such class": {"model._target_": "nets.Missing"},
    "command": {"cmd": ["true"]},
    "callback": {"callbacks": {"stop": {"_target_": "lightning.pytorch.callbacks.EarlyStopping"}}},
    "callback of the trainer": {"trainer.callbacks": [{"_target_": "lightning.pytorch.callbacks.EarlyStopping"}]},
    "logger": {"logger": {"csv": {"_target_": "lightning.pytorch.loggers.CSVLogger"}}},
    "compiled": {"compile": {}},
    "GPU": {"resources.gpus": 1},
    "online": {"tracking.mode": "online"},
}


@pytest.mark.parametrize("settings", OBSTACLES.values(), ids=OBSTACLES)
def test_what_an_ensemble_cannot_have_is_trained_alone(settings: dict[str, Any], definitions: Definitions) -> None:
    config = CONFIG
    for key, value in settings.items():
        config = with_value(config, key, value)
    assert not grouped(definitions, Training(config), Training(config | {"seed": 1}))


@pytest.mark.parametrize("value", ["auto", "off", False, None])
def test_the_key_is_in_no_run_id_and_no_training_gets_it(value: Any) -> None:
    config = with_value(CONFIG, "trainer.fuse", value)
    without = {**CONFIG, "trainer": {key: item for key, item in CONFIG["trainer"].items() if key != "fuse"}}
    assert run_id(config, {}) == run_id(without, {})
    assert training_config(config) == without


FUSE = "trainer: {fuse: auto}\n"
SWEEP = "experiment: {hypothesis: H., sweep: {model.lr: '0.1,0.2', seed: range(3)}}\n"
NET = FILES["nets.py"]
assert isinstance(NET, str)
FUSABLE_NET = NET.replace("    def __init__", "    fusable = True\n    def __init__").replace(
    "width: int = 3", "width=3"
)
FUSABLE_LAB = FILES | {
    "nets.py": FUSABLE_NET,
    "conf/model/net.yaml": "_target_: nets.Net\nlr: 0.1\nwidth: 2\n",
    "probe": spec(SWEEP + FUSE),
}


def test_the_plan_has_the_group_of_each_run(tmp_path: Path) -> None:
    plan = build_plan(compile_lab(write_lab(tmp_path, FUSABLE_LAB)).compilation)
    groups = {plan.runs[run].fusion for run in plan.experiments["probe"].runs}
    assert len(groups) == 1
    assert groups != {""}
    assert type(plan).from_json(plan.to_json()) == plan


def test_the_explanation_states_how_many_runs_are_trained_together(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FUSABLE_LAB)
    plan = build_plan(compile_lab(lab).compilation)
    explained = explain("probe", plan, experiment_states(lab, plan)["probe"])
    assert explained.to_json()["fused"] == [6]
    printed = StringIO()
    Console(file=printed, width=200).print(explanation_view(explained))
    assert "trained together on this machine: 6 runs in 1 group" in printed.getvalue()


def test_without_the_key_no_run_has_a_group(tmp_path: Path) -> None:
    plan = build_plan(compile_lab(write_lab(tmp_path, FUSABLE_LAB | {"probe": spec(SWEEP)})).compilation)
    assert {run.fusion for run in plan.runs.values()} == {""}
    assert "fusion" not in str(plan.to_json())


def test_the_compiler_warns_of_runs_that_are_trained_alone(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"probe": spec(SWEEP + FUSE)})
    (warning,) = [line for line in compile_one(lab, "probe")[0].warnings if "fuse" in line]
    assert "probe.yaml:3:11: trainer.fuse: each run is trained alone: the body of its model class has no" in warning


@pytest.mark.parametrize("value", ["on", "true", "always", "1", "[auto]", "{a: 1}", "'False'"])
def test_another_value_is_rejected_with_its_position(value: str, tmp_path: Path) -> None:
    lab = write_lab(tmp_path, FILES | {"probe": spec(f"{SWEEP}trainer: {{fuse: {value}}}\n")})
    (mistake,) = mistakes_of(lab, "probe")
    assert "probe.yaml:3:11: trainer.fuse: must be auto or off, got" in mistake


@pytest.mark.parametrize("value", ["auto", "off", "'off'", "null"])
def test_these_values_are_accepted(value: str, tmp_path: Path) -> None:
    assert (
        mistakes_of(write_lab(tmp_path, FILES | {"probe": spec(f"{SWEEP}trainer: {{fuse: {value}}}\n")}), "probe") == []
    )


def test_it_cannot_be_swept(tmp_path: Path) -> None:
    text = "experiment: {hypothesis: H., sweep: {trainer.fuse: 'auto,off'}}\ntrainer: {fuse: auto}\n"
    (mistake,) = mistakes_of(write_lab(tmp_path, FILES | {"probe": spec(text)}), "probe")
    assert "trainer.fuse" in mistake


def test_the_keys_of_members_exist_in_the_shipped_model() -> None:
    config = (ENGINE / "conf/model/mlp.yaml").read_text(encoding="utf-8")
    assert all(f"{key.removeprefix('model.')}:" in config for key in MEMBER_KEYS if key.startswith("model."))
