"""Specs whose training is a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labs import compile_one, mistakes_of, spec, write_lab

SPEC = spec("""
    experiment:
      hypothesis: More is more.
      sweep: {model.lr: "0.1,0.2", seed: range(2)}
      compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
    cmd: python train.py --lr ${model.lr} --seed=${seed} --name "${model.name}"
    model: {lr: 0.1, name: "a b; c"}
    tracking: {mode: none}
""")
FILES = {"train.py": "import parts\n", "parts.py": "X = 1\n", "mine": SPEC}


def test_words_are_split_before_values_are_inserted(tmp_path: Path) -> None:
    _, runs = compile_one(write_lab(tmp_path, FILES), "mine")
    commands = sorted(run.config["cmd"] for run in runs.values())
    assert commands[0] == ["python", "train.py", "--lr", 0.1, "--seed=0", "--name", "a b; c"]
    assert all(run.config["model"].keys() == {"lr", "name"} for run in runs.values())
    assert all(run.config.keys() & {"data", "trainer"} == set() for run in runs.values())


def test_override_of_a_value_does_not_select_the_shipped_model(tmp_path: Path) -> None:
    _, runs = compile_one(write_lab(tmp_path, FILES), "mine", ["model.name=x"])
    assert all(run.config["model"].keys() == {"lr", "name"} for run in runs.values())
    assert all(run.config["cmd"][-1] == "x" for run in runs.values())


@pytest.mark.parametrize("name", ["train.py", "parts.py"])
def test_fingerprint_follows_the_script_and_what_it_imports(tmp_path: Path, name: str) -> None:
    lab = write_lab(tmp_path, FILES)
    before = {run.fingerprint for run in compile_one(lab, "mine")[1].values()}
    (tmp_path / name).write_text(FILES[name] + "Y = 2\n", encoding="utf-8")
    after = {run.fingerprint for run in compile_one(lab, "mine")[1].values()}
    assert len(before) == len(after) == 1
    assert before != after


def test_fingerprint_follows_a_module_and_a_named_file(tmp_path: Path) -> None:
    text = SPEC.replace("python train.py", "python -m parts --config=settings.toml")
    lab = write_lab(tmp_path, {**FILES, "mine": text, "./settings.toml": "a = 1\n"})
    prints = []
    for name, content in (("parts.py", "X = 1\n"), ("parts.py", "X = 2\n"), ("settings.toml", "a = 2\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        prints += {run.fingerprint for run in compile_one(lab, "mine")[1].values()}
    assert len(set(prints)) == 3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python train.py | tee log", "cmd[2]: '|' is no argument (no shell runs the command"),
        ("python a.py; python b.py", "cmd[1]: 'a.py;' is no argument"),
        ("python train.py > log", "cmd[2]: '>' is no argument"),
        ("LR=1 python train.py", "cmd[0]: 'LR=1' sets a variable and is no program"),
        ("'python \"train.py'", "cmd: cannot be split into words: No closing quotation"),
        ("7", "cmd: must be a command line or a list of its words, got 7"),
        ("[python, {a: 1}]", "cmd[1]: must be text, a number or true or false"),
    ],
)
def test_command_that_cannot_run_is_a_mistake(tmp_path: Path, line: str, expected: str) -> None:
    text = "\n".join(f"cmd: {line}" if row.startswith("cmd:") else row for row in SPEC.splitlines())
    lines = mistakes_of(write_lab(tmp_path, {**FILES, "mine": text}), "mine")
    assert any(expected in row for row in lines), lines


@pytest.mark.parametrize("path", ["../metrics.json", "/tmp/metrics.json", "7"])
def test_metrics_file_is_in_the_lab_or_in_the_run(tmp_path: Path, path: str) -> None:
    lines = mistakes_of(write_lab(tmp_path, {**FILES, "mine": SPEC + f"metrics_file: {path}\n"}), "mine")
    assert any("metrics_file: must be" in row for row in lines), lines


def test_swept_value_that_the_command_does_not_get_is_a_mistake(tmp_path: Path) -> None:
    text = SPEC.replace("--lr ${model.lr} ", "")
    lines = mistakes_of(write_lab(tmp_path, {**FILES, "mine": text}), "mine")
    expected = "experiment.sweep.model.lr: the command does not get this value, so it trains the same for each of them"
    assert any(expected in row for row in lines), lines
