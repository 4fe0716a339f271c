"""Specs whose model is a plain function: what they need, and the mistakes that compiling them shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labs import compile_one, mistakes_of, spec, write_lab

SPEC = spec("""
    experiment:
      hypothesis: More is more.
      sweep: {model.lr: "0.1,0.2", seed: range(2)}
      compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
    model: {_target_: own.train, lr: 0.1}
    tracking: {mode: none}
""").replace("experiment:", "defaults: [override /model: null]\nexperiment:", 1)
RETURN = "    return {'accuracy': 0.5 + lr}\n"


def mistakes(tmp_path: Path, source: str, text: str = SPEC) -> list[str]:
    lab = write_lab(tmp_path, {"own.py": source, "mine": text})
    return mistakes_of(lab, "mine")


@pytest.mark.parametrize(
    "signature",
    ["lr", "lr, seed", "*, lr, run, folder, save, resume_from=None, seed=1", "config, lr", "config, **rest", "**rest"],
)
def test_function_asks_for_arguments_by_name(tmp_path: Path, signature: str) -> None:
    body = "    return {'accuracy': 0.5}\n"
    assert mistakes(tmp_path, f"def train({signature}):\n{body}") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def train(cfg, lr):\n" + RETURN, "model: own.train needs 'cfg' (did you mean 'config'?)"),
        ("def train(lr, foo):\n" + RETURN, "model: own.train needs 'foo'"),
        ("def train(config):\n    return {'accuracy': 1}\n", "model.lr: own.train takes no 'lr'"),
        ("def train(lr: str):\n" + RETURN, "model.lr: own.train takes str, got 0.1"),
        ("async def train(lr):\n" + RETURN, "model._target_: own.train is async (write a plain def)"),
        ("def train(lr):\n    yield {'accuracy': 1}\n", "model._target_: own.train has a yield"),
        ("def train(lr):\n    print(lr)\n", "model._target_: own.train returns nothing (return the metrics"),
        ("train = lambda lr: {'accuracy': lr}\n", "model._target_: own.train is a lambda (write a def)"),
        (
            "from functools import partial\ndef f(lr): ...\ntrain = partial(f, 1)\n",
            "own.train is a partial (write a def)",
        ),
        ("class C:\n    def __call__(self, lr): ...\ntrain = C()\n", "own.train is an object (write a def)"),
        (
            "def train(lr):\n    return {'acuracy': lr}\n",
            "the training never writes 'accuracy' (did you mean 'acuracy'?)",
        ),
    ],
    ids=[
        "cfg",
        "foo",
        "no lr",
        "wrong type",
        "async",
        "generator",
        "no return",
        "lambda",
        "partial",
        "object",
        "misspelt metric",
    ],
)
def test_mistakes_of_the_function_are_shown_before_anything_runs(tmp_path: Path, source: str, expected: str) -> None:
    assert any(expected in line for line in mistakes(tmp_path, source)), mistakes(tmp_path, source)


def test_method_is_no_training_function(tmp_path: Path) -> None:
    source = "class C:\n    @staticmethod\n    def train(lr):\n        return {'accuracy': lr}\n"
    lines = mistakes(tmp_path, source, SPEC.replace("own.train", "own.C.train"))
    assert any("own.C.train is a method (write a def outside the class)" in line for line in lines), lines


@pytest.mark.parametrize(
    "body",
    [
        "    metrics = {}\n    return metrics\n",
        "    return {**{}, 'a': 1}\n",
        "    run.log(accuracy=1)\n    return {'a': 1}\n",
        "    run.log({'accuracy': 1}, step=1)\n    return {'a': 1}\n",
        "    helper(run)\n    return {'a': 1}\n",
    ],
)
def test_metric_that_the_source_may_write_is_accepted(tmp_path: Path, body: str) -> None:
    assert mistakes(tmp_path, f"def train(lr, run):\n{body}") == []


def test_metric_of_a_nested_mapping_has_slashes(tmp_path: Path) -> None:
    text = SPEC.replace("metric: accuracy", "metric: val/accuracy")
    assert mistakes(tmp_path, "def train(lr):\n    return {'val': {'accuracy': lr}}\n", text) == []


def test_shipped_data_set_and_trainer_are_no_part_of_the_run(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, {"own.py": "def train(lr):\n" + RETURN, "mine": SPEC})
    _, runs = compile_one(lab, "mine")
    assert all(run.config.keys() & {"data", "trainer"} == set() for run in runs.values())
    assert next(iter(runs.values())).config["model"] == {"_target_": "own.train", "lr": 0.1}


def test_selected_data_are_kept_and_part_of_the_run(tmp_path: Path) -> None:
    text = SPEC.replace("defaults: [", "defaults: [override /data: digits, ")
    lab = write_lab(tmp_path, {"own.py": "def train(config, lr):\n" + RETURN, "mine": text})
    _, runs = compile_one(lab, "mine")
    assert all("data" in run.config and "trainer" not in run.config for run in runs.values())


def test_data_that_nothing_reads_are_a_mistake(tmp_path: Path) -> None:
    text = SPEC + "data: {path: x.csv}\n"
    expected = "data: own.train does not take 'config', so nothing reads this"
    assert any(expected in line for line in mistakes(tmp_path, "def train(lr):\n" + RETURN, text))


def test_model_checkpoint_can_only_be_checked_for_existence(tmp_path: Path) -> None:
    text = SPEC.replace("  sweep:", "  deliverables: [{type: model_checkpoint}]\n  sweep:")
    expected = "a model that a function trained can only be checked for existence (write validation: exists)"
    assert any(expected in line for line in mistakes(tmp_path, "def train(lr):\n" + RETURN, text))


def test_fingerprint_follows_the_function_and_what_it_imports(tmp_path: Path) -> None:
    files = {"own.py": "def train(lr):\n    import parts\n    return parts.result(lr)\n", "mine": SPEC}
    lab = write_lab(tmp_path, {**files, "parts.py": "def result(lr): return {'accuracy': lr}\n"})
    before = {run.fingerprint for run in compile_one(lab, "mine")[1].values()}
    write_lab(tmp_path, {"parts.py": "def result(lr): return {'accuracy': 2 * lr}\n"})
    after = {run.fingerprint for run in compile_one(lab, "mine")[1].values()}
    assert len(before) == len(after) == 1
    assert before != after


FACTORY = "import lightning as L\nclass Net(L.LightningModule):\n    def __init__(self, lr): ...\n"


@pytest.mark.parametrize(
    "source",
    ["def train(lr) -> Net:\n    net = Net(lr)\n    return net\n", "def train(lr):\n    return Net(lr=lr)\n"],
    ids=["annotated", "returns a new object"],
)
def test_function_that_builds_a_model_is_trained_with_lightning(tmp_path: Path, source: str) -> None:
    lab = write_lab(tmp_path, {"own.py": FACTORY + source, "mine": SPEC})
    _, runs = compile_one(lab, "mine")
    assert all("trainer" in run.config for run in runs.values())
