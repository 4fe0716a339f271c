"""A batch of Hydra's jobs as a spec: what all share, in what they differ, what is left of the parent, how it grows."""

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
from rules.multirun.sweep_jobs import parsed_job
from rules.multirun.sweep_spec import Command, SweepSpec, experiment_id, spec_text, sweep_spec
from tests.labs import compile_one, spec

COMPARE = {"metric": "f1", "goal": "maximize", "factor": "model.lr", "control": 0.1}
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
    """The jobs that Hydra's own sweeper makes of these words."""
    return list(BasicSweeper.split_arguments(OverridesParser.create().parse_overrides(list(words)), None)[0])


def swept(
    words: Sequence[str], jobs: Sequence[Sequence[str]], parent: Spec | None = PARENT, known: str | None = None
) -> tuple[SweepSpec, str]:
    asked = command(*words)
    name = experiment_id(parent.experiment_id if parent else None, asked)
    found = sweep_spec(name, "study" if parent else None, parent, [parsed_job(job, None) for job in jobs], asked, known)
    return found, spec_text(found, asked, known)


def node(*words: str, parent: Spec | None = PARENT) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(swept(words, batch(*words), parent)[1])["experiment"]
    return found


TABLE: dict[str, tuple[tuple[str, ...], dict[str, Any], list[dict[str, Any]]]] = {
    "a product": (("seed=1,2", "model.lr=3"), {"model.lr": 3}, [{"seed": 1}, {"seed": 2}]),
    "one value of a sweep": (("seed=choice(1)",), {}, [{"seed": 1}]),
    "an excluded group": (("seed=1,2", "tracking=none"), {"tracking": "none"}, [{"seed": 1}, {"seed": 2}]),
    "a new key for all": (("seed=1,2", "+a.b=x"), {"+a.b": "x"}, [{"seed": 1}, {"seed": 2}]),
    "new keys": (("+a.b=1,2",), {}, [{"+a.b": 1}, {"+a.b": 2}]),
    "forced keys": (("++a.b=1,2",), {}, [{"++a.b": 1}, {"++a.b": 2}]),
    "floats": (("model.lr=1e-3,0.1",), {}, [{"model.lr": 0.001}, {"model.lr": 0.1}]),
    "one value however it is written": (("model.lr=0.1,1e-1",), {}, [{"model.lr": 0.1}]),
    "null and bool": (("a=null,true",), {}, [{"a": None}, {"a": True}]),
    "texts stay Hydra's": (("a='1',\"b c\",d",), {}, [{"a": "'1'"}, {"a": '"b c"'}, {"a": "d"}]),
    "text for all is plain": (("a='1'", "seed=1,2"), {"a": "1"}, [{"seed": 1}, {"seed": 2}]),
    "lists": (("a=[1,2],[3]",), {}, [{"a": "[1,2]"}, {"a": "[3]"}]),
    "a list for all": (("a=[1,2]", "seed=1,2"), {"a": [1, 2]}, [{"seed": 1}, {"seed": 2}]),
    "mappings": (("a={b:1},{b:2}",), {}, [{"a": "{b:1}"}, {"a": "{b:2}"}]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "config", "points"), TABLE.values(), ids=TABLE)
def test_what_all_share_is_config_and_the_rest_are_points(
    words: tuple[str, ...], config: dict[str, Any], points: list[dict[str, Any]]
) -> None:
    found = node("experiment=study", *words)
    assert canonical(found.get("config", {})) == canonical(config)
    assert canonical(found["sweep"]["list"]) == canonical(points)
    assert {key for key in found["sweep"] if key.startswith("~")} == {"~model.lr", "~zip"}


def test_one_job_is_one_point_without_a_sweep() -> None:
    found = node("model.lr=3")
    assert (found["config"], found["sweep"]) == ({"model.lr": 3}, {"~model.lr": None, "~zip": None})


def test_without_an_experiment_it_says_that_nothing_was_claimed() -> None:
    found = node("seed=1,2", parent=None)
    assert found["hypothesis"].startswith("None was stated")
    assert found["sweep"] == {"list": [{"seed": 1}, {"seed": 2}]}
    assert {"parent", "compare"}.isdisjoint(found)


TESTABLE = {
    "control and another": (("model.lr=0.1,0.3",), True),
    "the control as it may be written": (("model.lr=1e-1,0.3",), True),
    "no control": (("model.lr=0.2,0.3",), False),
    "only the control": (("model.lr=0.1", "seed=1,2"), False),
    "another factor": (("seed=1,2",), False),
    "an integer is another level": (("model.lr=1,0.3",), False),
}


@pytest.mark.parametrize(("words", "kept"), TESTABLE.values(), ids=TESTABLE)
def test_the_parents_test_survives_where_it_can_be_made(words: tuple[str, ...], kept: bool) -> None:
    found = node(*words)
    assert ("compare" not in found) == kept
    assert found.get("deliverables") == (None if kept else [{"type": "config"}])
    assert swept(words, batch(*words))[0].metric == "f1"


def test_the_id_is_of_the_words_in_any_order_and_of_the_parent() -> None:
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


def test_later_jobs_are_added_behind_the_first() -> None:
    words = ("tracking=none",)
    first = [["tracking=none", f"model.lr={lr}"] for lr in (0.2, 0.3)]
    later = [["tracking=none", f"model.lr={lr}"] for lr in ("3e-1", 0.1)]
    _, text = swept(words, first)
    _, grown = swept(words, later, known=text)
    found = yaml.safe_load(grown)["experiment"]
    assert found["sweep"]["list"] == [{"model.lr": 0.2}, {"model.lr": 0.3}, {"model.lr": 0.1}]
    assert found["config"] == {"tracking": "none"}
    assert "compare" not in found  # the control has come
    assert swept(words, first, known=grown)[1] == grown


def test_a_later_job_may_differ_in_what_the_first_shared() -> None:
    words = ("seed=1",)
    _, text = swept(words, [["seed=1", "model.lr=2"]])
    _, grown = swept(words, [["seed=2", "model.lr=2"]], known=text)
    assert yaml.safe_load(grown)["experiment"]["sweep"]["list"] == [{"model.lr": 2}, {"seed": 2, "model.lr": 2}]


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a deletion": (lambda: parsed_job(["seed=1", "~model.lr"], None), "overrides:1:8: ~model.lr: a sweep sets keys"),
    "an interpolation": (lambda: parsed_job(["a=${seed}"], None), "takes its value from elsewhere"),
    "an interpolation in a list": (lambda: parsed_job(["a=[1,'${seed}']"], None), "takes its value from elsewhere"),
    "the question": (lambda: parsed_job(["experiment.name=x"], None), "what is asked is not swept"),
    "many values": (lambda: parsed_job(["seed=1,2"], None), "a job has one value a key"),
    "many experiments": (lambda: parsed_job(["experiment=[a,b]"], None), "a job varies one experiment"),
    "no grammar": (lambda: parsed_job(["seed=[1"], None), "overrides:1:1: seed=[1: "),
    "a job that sets nothing": (lambda: swept((), [[], ["seed=1"]]), "cannot be a point beside others"),
    "a job without what others share": (
        lambda: swept(("seed=1",), [["a=1"]], known=swept(("seed=1",), [["seed=1", "a=2"]])[1]),
        "a=1: a job does not set seed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_a_spec_cannot_say_is_refused(ask: Callable[[], Any], problem: str) -> None:
    with pytest.raises(CompileError) as caught:
        ask()
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


VALUES = [
    ("model.lr", "0.1", "1", "1.0", "-3", "1e-7", "1e30", "1_000"),
    ("text", "a", "''", "'a,b'", '"it\'s"', "'1e3'", "1e", "null", "'null'", "true", "'true'", "0x1f", "2026-01-01"),
    ("text", "[]", "[1,a,'b c']", "[[1],{a:2}]", "{a:1,b:[x]}", "a\\,b", "x:y", "'~'", "'#'", "'é'", r"'a\b'", r"'\\'"),
]


@pytest.mark.parametrize("shared", [False, True], ids=["as points", "as config"])
def test_values_come_back_as_hydra_reads_them(shared: bool, lab: Callable[[Mapping[str, Any]], Lab]) -> None:
    """Through the file and the compiler, whether a value is one of many points or the same for all."""
    files = {"conf/config.yaml": _CONFIG, "study": spec("experiment: {hypothesis: H.}")}
    parent = Spec.model_validate({"experiment_id": "study", "name": "S", "hypothesis": "H."})
    for key, text in itertools.chain.from_iterable(((key, text) for text in texts) for key, *texts in VALUES):
        words = ("experiment=study", f"{key}={text}", "seed=1,2") if shared else ("experiment=study", "seed=1")
        jobs = [["experiment=study", f"{key}={text}", f"seed={seed}"] for seed in (1, 2)]
        found, written = swept(words, jobs, parent)
        experiment, runs = compile_one(
            lab({**files, f"results/sweeps/experiment/{found.experiment_id}.yaml": written}), found.experiment_id
        )
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
