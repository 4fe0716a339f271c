"""A multirun becomes a spec: common overrides in `config`, varying ones in `sweep.list`, later points appended."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import yaml
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser

from compiler.base.diagnostics import CompileError
from compiler.base.identity import canonical
from compiler.base.paths import Lab
from compiler.spec.schema import Spec
from rules.multirun.build_sweep_spec import build_sweep_spec
from rules.multirun.sweep_jobs import parse_job
from rules.multirun.sweep_spec import Command, SweepSpec, experiment_id
from rules.multirun.sweep_spec_text import spec_text
from tests.labs import compile_one, spec

COMPARE = {"metric": "f1", "goal": "maximize", "factor": "model.lr", "control": 0.1, "treatment": 0.3}
PARENT = Spec.model_validate(
    {
        "experiment_id": "study",
        "name": "A study",
        "hypothesis": "H.",
        "sweep": {"model.lr": "0.1,0.2", "zip": {"seed": "1,2"}},
        "compare": COMPARE,
        "deliverables": [{"type": "config"}, {"type": "plot", "over": "best"}, {"type": "comparison"}],
        "reports": ["blog_post"],
    }
)


def command(*words: str) -> Command:
    return Command(f"train -m {' '.join(words)}", words, "2026-11-24")


def batch(*words: str) -> list[list[str]]:
    """Return the overrides of the jobs that Hydra's basic sweeper makes of a command line."""
    return list(BasicSweeper.split_arguments(OverridesParser.create().parse_overrides(list(words)), None)[0])


def build_spec(
    words: Sequence[str], jobs: Sequence[Sequence[str]], parent: Spec | None = PARENT, existing: str | None = None
) -> tuple[SweepSpec, str]:
    """Return the spec of some jobs and its text. `words` are the overrides of the command line."""
    line = command(*words)
    name = experiment_id(parent.experiment_id if parent else None, line)
    parsed = [parse_job(job, None) for job in jobs]
    built = build_sweep_spec(name, "study" if parent else None, parent, parsed, line, existing)
    return built, spec_text(built, line, existing)


def experiment_node(*words: str, parent: Spec | None = PARENT) -> dict[str, Any]:
    node: dict[str, Any] = yaml.safe_load(build_spec(words, batch(*words), parent)[1])["experiment"]
    return node


SWEEPS: dict[str, tuple[tuple[str, ...], dict[str, Any], list[dict[str, Any]]]] = {
    "a product": (("seed=1,2", "model.lr=3"), {"model.lr": 3}, [{"seed": 1}, {"seed": 2}]),
    "a sweep with one value": (("seed=choice(1)",), {}, [{"seed": 1}]),
    "a group outside of run ids": (("seed=1,2", "tracking=online"), {"tracking": "online"}, [{"seed": 1}, {"seed": 2}]),
    "a common new key": (("seed=1,2", "+a.b=x"), {"+a.b": "x"}, [{"seed": 1}, {"seed": 2}]),
    "new keys": (("+a.b=1,2",), {}, [{"+a.b": 1}, {"+a.b": 2}]),
    "forced keys": (("++a.b=1,2",), {}, [{"++a.b": 1}, {"++a.b": 2}]),
    "floats": (("model.lr=1e-3,0.1",), {}, [{"model.lr": 0.001}, {"model.lr": 0.1}]),
    "one value written in two ways": (("model.lr=0.1,1e-1",), {}, [{"model.lr": 0.1}]),
    "null and bool": (("a=null,true",), {}, [{"a": None}, {"a": True}]),
    "varying strings keep Hydra's grammar": (("a='1',\"b c\",d",), {}, [{"a": "'1'"}, {"a": '"b c"'}, {"a": "d"}]),
    "a common string is plain": (("a='1'", "seed=1,2"), {"a": "1"}, [{"seed": 1}, {"seed": 2}]),
    "lists": (("a=[1,2],[3]",), {}, [{"a": "[1,2]"}, {"a": "[3]"}]),
    "a common list": (("a=[1,2]", "seed=1,2"), {"a": [1, 2]}, [{"seed": 1}, {"seed": 2}]),
    "mappings": (("a={b:1},{b:2}",), {}, [{"a": "{b:1}"}, {"a": "{b:2}"}]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "config", "points"), SWEEPS.values(), ids=SWEEPS)
def test_common_overrides_are_config_and_varying_ones_are_points(
    words: tuple[str, ...], config: dict[str, Any], points: list[dict[str, Any]]
) -> None:
    node = experiment_node("experiment=study", *words)
    assert canonical(node.get("config", {})) == canonical(config)
    assert canonical(node["sweep"]["list"]) == canonical(points)
    assert {key for key in node["sweep"] if key.startswith("~")} == {"~model.lr", "~zip"}


def test_single_job_has_no_sweep() -> None:
    node = experiment_node("model.lr=3")
    assert (node["config"], node["sweep"]) == ({"model.lr": 3}, {"~model.lr": None, "~zip": None})


def test_sweep_without_an_experiment_has_no_hypothesis_and_no_test() -> None:
    node = experiment_node("seed=1,2", parent=None)
    assert node["hypothesis"].startswith("None was stated")
    assert node["sweep"] == {"list": [{"seed": 1}, {"seed": 2}]}
    assert {"parent", "compare"}.isdisjoint(node)


TESTABLE = {
    "control and another level": (("model.lr=0.1,0.3",), True),
    "control written in another way": (("model.lr=1e-1,0.3",), True),
    "more levels than the treatment": (("model.lr=0.1,0.2,0.3",), True),
    "no treatment": (("model.lr=0.1,0.2",), False),
    "no control": (("model.lr=0.2,0.3",), False),
    "only the control": (("model.lr=0.1", "seed=1,2"), False),
    "another factor": (("seed=1,2",), False),
    "an integer is a different level": (("model.lr=1,0.3",), False),
}


@pytest.mark.parametrize(("words", "is_inherited"), TESTABLE.values(), ids=TESTABLE)
def test_test_of_the_parent_is_inherited_if_its_levels_are_swept(words: tuple[str, ...], is_inherited: bool) -> None:
    node = experiment_node(*words)
    assert ("compare" not in node) == is_inherited
    assert node.get("deliverables") == (None if is_inherited else [{"type": "config"}])
    assert build_spec(words, batch(*words))[0].metric == "f1"


def test_test_without_a_named_treatment_is_not_inherited_by_several_levels() -> None:
    compare = {key: value for key, value in COMPARE.items() if key != "treatment"}
    parent = Spec.model_validate(PARENT.model_dump() | {"compare": compare})
    assert "compare" not in experiment_node("model.lr=0.1,0.3", parent=parent)
    assert experiment_node("model.lr=0.1,0.2,0.3", parent=parent)["compare"] is None


def test_id_depends_on_the_parent_and_the_overrides_but_not_on_their_order() -> None:
    names = [
        experiment_id("study", command("experiment=study", "seed=1,2", "model.lr=3")),
        experiment_id("study", command("model.lr=3", "seed=1,2")),
        experiment_id("study", command("model.lr=4", "seed=1,2")),
        experiment_id("other", command("model.lr=3", "seed=1,2")),
        experiment_id(None, command("model.lr=3", "seed=1,2")),
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 4
    assert names[0] == "study-07beba16"
    assert names[4].startswith("sweep-")


def test_points_of_later_jobs_are_appended() -> None:
    words = ("tracking=disabled",)
    first = [["tracking=disabled", f"model.lr={lr}"] for lr in (0.2, 0.3)]
    later = [["tracking=disabled", f"model.lr={lr}"] for lr in ("3e-1", 0.1)]
    _, text = build_spec(words, first)
    _, extended = build_spec(words, later, existing=text)
    node = yaml.safe_load(extended)["experiment"]
    assert node["sweep"]["list"] == [{"model.lr": 0.2}, {"model.lr": 0.3}, {"model.lr": 0.1}]
    assert node["config"] == {"tracking": "disabled"}
    assert "compare" not in node  # inherited, because control and treatment are now points
    assert build_spec(words, first, existing=extended)[1] == extended


def test_later_job_can_differ_in_a_common_setting() -> None:
    words = ("seed=1",)
    _, text = build_spec(words, [["seed=1", "model.lr=2"]])
    _, extended = build_spec(words, [["seed=2", "model.lr=2"]], existing=text)
    assert yaml.safe_load(extended)["experiment"]["sweep"]["list"] == [{"model.lr": 2}, {"seed": 2, "model.lr": 2}]


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a deletion": (lambda: parse_job(["seed=1", "~model.lr"], None), "overrides:1:8: ~model.lr: a sweep sets keys"),
    "an interpolation": (lambda: parse_job(["a=${seed}"], None), "the value is an interpolation"),
    "an interpolation in a list": (lambda: parse_job(["a=[1,'${seed}']"], None), "the value is an interpolation"),
    "a field of the experiment": (lambda: parse_job(["experiment.name=x"], None), "cannot be swept"),
    "several values": (lambda: parse_job(["seed=1,2"], None), "a job takes one value for each key"),
    "several experiments": (lambda: parse_job(["experiment=[a,b]"], None), "a job takes exactly one experiment"),
    "a syntax error": (lambda: parse_job(["seed=[1"], None), "overrides:1:1: seed=[1: "),
    "a job without overrides": (lambda: build_spec((), [[], ["seed=1"]]), "cannot be a point beside jobs"),
    "a job without a common setting": (
        lambda: build_spec(("seed=1",), [["a=1"]], existing=build_spec(("seed=1",), [["seed=1", "a=2"]])[1]),
        "a=1: a job does not set seed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("build", "problem"), REFUSED.values(), ids=REFUSED)
def test_job_that_a_spec_cannot_express_is_rejected(build: Callable[[], Any], problem: str) -> None:
    with pytest.raises(CompileError) as caught:
        build()
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


VALUES = [
    ("model.lr", "0.1", "1", "1.0", "-3", "1e-7", "1e30", "1_000"),
    ("text", "a", "''", "'a,b'", '"it\'s"', "'1e3'", "1e", "null", "'null'", "true", "'true'", "0x1f", "2026-01-01"),
    ("text", "[]", "[1,a,'b c']", "[[1],{a:2}]", "{a:1,b:[x]}", "a\\,b", "x:y", "'~'", "'#'", "'é'", r"'a\b'", r"'\\'"),
]


@pytest.mark.parametrize("is_common", [False, True], ids=["as points", "as config"])
def test_values_are_compiled_as_hydra_parses_them(is_common: bool, lab: Callable[[Mapping[str, Any]], Lab]) -> None:
    """The values pass through the generated file and the compiler, both as points and as config."""
    files = {"conf/config.yaml": _CONFIG, "study": spec("experiment: {hypothesis: H.}")}
    parent = Spec.model_validate({"experiment_id": "study", "name": "S", "hypothesis": "H."})
    for key, text in itertools.chain.from_iterable(((key, text) for text in texts) for key, *texts in VALUES):
        words = ("experiment=study", f"{key}={text}", "seed=1,2") if is_common else ("experiment=study", "seed=1")
        jobs = [["experiment=study", f"{key}={text}", f"seed={seed}"] for seed in (1, 2)]
        built, text_of_spec = build_spec(words, jobs, parent)
        file = f"results/sweeps/experiment/{built.experiment_id}.yaml"
        experiment, runs = compile_one(lab({**files, file: text_of_spec}), built.experiment_id)
        value = OverridesParser.create().parse_override(f"{key}={text}").value()
        for point in experiment.points:
            config: Any = runs[point.run].config
            for part in key.split("."):
                config = config[part]
            assert canonical(config) == canonical(value), text


_CONFIG = """
defaults: [_self_, experiment: null]
seed: 0
text: hello
data: {_target_: builtins.dict}
model: {_target_: builtins.dict, lr: 0.5}
trainer: {_target_: builtins.dict}
"""
