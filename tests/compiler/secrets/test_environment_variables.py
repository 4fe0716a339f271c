"""Configs read only the environment variables that the lab declares, however the name of the variable is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.secrets.declared_variables import ALWAYS, allowed_variables
from compiler.secrets.environment import restricted_environment
from tests.compiler.small_lab import FILES
from tests.labs import compile_one, mistakes_of, spec

NewLab = Callable[[Mapping[str, str | bytes]], Lab]
VALUE = "mellon-friend-42"
NOT_DECLARED = {
    "direct": "experiment: {hypothesis: '${oc.env:PASSPHRASE}'}",
    "blanks": "experiment: {hypothesis: '${ oc.env : PASSPHRASE }'}",
    "indirect": "experiment: {hypothesis: '${oc.env:${experiment.rationale}}', rationale: PASSPHRASE}",
    "default": "experiment: {hypothesis: '${oc.env:PASSPHRASE,nothing}'}",
    "decoded": "experiment: {hypothesis: H.}\nmodel: {lr: '${oc.decode:${oc.env:PASSPHRASE}}'}",
    "through select": "experiment: {hypothesis: '${oc.select:model.lr}'}\nmodel: {lr: '${oc.env:PASSPHRASE}'}",
    "defaults list": "defaults:\n  - override /model: ${oc.env:PASSPHRASE}\nexperiment: {hypothesis: H.}",
    "sweep": "experiment: {hypothesis: H., sweep: {model.lr: '0.1,${oc.env:PASSPHRASE}'}}",
    "metadata": "experiment: {hypothesis: H., metadata: {tags: ['${oc.env:PASSPHRASE}']}}",
}


@pytest.mark.parametrize("text", NOT_DECLARED.values(), ids=NOT_DECLARED)
def test_a_variable_that_is_not_declared_is_not_read(text: str, lab: NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPHRASE", VALUE)
    mistakes = mistakes_of(lab(FILES | {"leak": spec(text)}), "leak")
    assert mistakes
    assert VALUE not in "\n".join(mistakes)


def test_the_message_names_the_file_that_declares_variables(lab: NewLab) -> None:
    (line,) = mistakes_of(lab(FILES | {"leak": spec(NOT_DECLARED["direct"])}), "leak")
    assert line.startswith("conf/experiment/leak.yaml:2:14: experiment.hypothesis: ")
    assert "PASSPHRASE is not in conf/environment.yaml" in line


def test_a_declared_variable_is_read(lab: NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPHRASE", VALUE)
    files = FILES | {
        "open": spec(NOT_DECLARED["direct"]),
        "conf/environment.yaml": "variables:\n  - PASSPHRASE  # no secret\n",
    }
    experiment, _ = compile_one(lab(files), "open")
    assert experiment.spec.hypothesis == VALUE


def test_a_declared_variable_whose_value_is_a_key_is_not_read(lab: NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPHRASE", "ghp_16C7e42F292c6912E7710c838347Ae178B4a")
    files = FILES | {"open": spec(NOT_DECLARED["direct"]), "conf/environment.yaml": "variables: [PASSPHRASE]\n"}
    (line,) = mistakes_of(lab(files), "open")
    assert "the value of PASSPHRASE looks like a key" in line
    assert "ghp_" not in line


DECLARATIONS = {
    "another key": ("allow: [A]\n", "1:1: allow: unknown key 'allow' (the only key is variables)"),
    "a text": ("variables: A\n", "1:12: variables: must be a list of names"),
    "a number": ("variables:\n- A\n- {}\n", "3:3: variables: must be names of environment variables"),
    "a secret": ("variables: [OPENAI_API_KEY]\n", "1:13: variables: 'OPENAI_API_KEY' is the name of a secret"),
    "a token of SLURM": ("variables: [SLURM_JWT]\n", "1:13: variables: 'SLURM_JWT' is the name of a secret"),
}


@pytest.mark.parametrize(("text", "message"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_wrong_declaration_is_located(text: str, message: str, lab: NewLab) -> None:
    with pytest.raises(CompileError) as error:
        compile_lab(lab(FILES | {"conf/environment.yaml": text}))
    assert f"conf/environment.yaml:{message}" in str(error.value)


def test_an_empty_declaration_adds_nothing(lab: NewLab) -> None:
    assert allowed_variables(lab({"conf/environment.yaml": "# none\n"})) == ALWAYS


def test_the_resolver_of_other_programs_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPHRASE", VALUE)
    config = OmegaConf.create({"a": "${oc.env:PASSPHRASE}", "b": "${oc.env:GONE,x}", "c": "${oc.env:GONE,null}"})
    with restricted_environment({"GONE"}), restricted_environment({"GONE", "PASSPHRASE"}):
        assert (config.a, config.b, config.c) == (VALUE, "x", None)
    assert config.a == VALUE
