"""Experiments whose names YAML or Hydra reads as numbers, booleans or null have these names in every command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compiler.base.paths import Lab
from compiler.composing.group_choices import with_quoted_experiments
from compiler.plan.compile_lab import compile_lab
from proband.cli.main import main
from tests.compiler.small_lab import GROUPS
from tests.labs import mistakes_of, spec

NAMES = ["42", "010", "0x1F", "1e3", "2024-01-01", "nan", "true", "off", "null", "report", "all", "train"]


def text_of(name: str) -> str:
    return spec(
        f"experiment: {{hypothesis: About {name}., parent: '{NAMES[0]}'}}\nmodel: {{lr: 0.{NAMES.index(name)}}}\n"
    )


@pytest.fixture(scope="module")
def hard_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    from tests.labs import write_lab

    specs = {f"conf/experiment/{name}.yaml": text_of(name) for name in NAMES[1:]}
    first = spec("experiment: {hypothesis: About 42., parent: null}\n")
    return write_lab(tmp_path_factory.mktemp("lab"), GROUPS | specs | {"conf/experiment/42.yaml": first})


def test_names_that_yaml_reads_as_something_else_are_names(hard_lab: Lab) -> None:
    outcome = compile_lab(hard_lab)
    assert outcome.diagnostics == ()
    hypotheses = {experiment.id: experiment.spec.hypothesis for experiment in outcome.compilation.experiments}
    assert hypotheses == {name: f"About {name}." for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_commands_take_these_names(name: str, hard_lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(hard_lab.root), "explain", name]) == 0
    assert f"About {name}." in capsys.readouterr().out


def test_overrides_of_a_build_apply_to_these_names(hard_lab: Lab) -> None:
    outcome = compile_lab(hard_lab, ["seed=7"])
    assert {run.config["seed"] for run in outcome.compilation.runs.values()} == {7}


ARGUMENTS = {
    "number": ("experiment=42", "experiment='42'"),
    "several": ("experiment=42,lr,true", "experiment='42',lr,'true'"),
    "text": ("experiment=digits_lr", "experiment=digits_lr"),
    "quoted already": ("experiment='42'", "experiment='42'"),
    "glob": ("experiment=glob(*)", "experiment=glob(*)"),
    "another key": ("seed=42", "seed=42"),
    "option": ("--multirun", "--multirun"),
}


@pytest.mark.parametrize(("argument", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_names_on_hydras_command_line_are_quoted(argument: str, expected: str) -> None:
    assert with_quoted_experiments([argument]) == [expected]


UNQUOTED = {
    "id": (
        "experiment: {hypothesis: H., experiment_id: 43}\n",
        "experiment.experiment_id: must be text, got 43 (quote it)",
    ),
    "parent": ("experiment: {hypothesis: H., parent: 42}\n", "experiment.parent: must be text, got 42 (quote it)"),
    "part of the defaults": (
        "defaults: [42]\nexperiment: {hypothesis: H.}\n",
        "the name of a config must be text (quote a name such as '42' or 'true')",
    ),
    "config of a group": (
        "defaults: [override /model: 42]\nexperiment: {hypothesis: H.}\n",
        "the name of a config must be text (quote a name such as '42' or 'true')",
    ),
}


@pytest.mark.parametrize(("text", "message"), UNQUOTED.values(), ids=UNQUOTED)
def test_numbers_as_names_are_told_to_be_quoted(text: str, message: str, lab: Callable[..., Lab]) -> None:
    (line,) = mistakes_of(lab(GROUPS | {"probe": spec(text)}), "probe")
    assert line.endswith(message)
