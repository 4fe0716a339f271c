"""Run the `proband` command in this process, and return its exit code and output."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from compiler.base.paths import Lab
from proband.cli.main import main


class Answer(NamedTuple):
    code: int
    out: str
    err: str


class Proband:
    """Runs the command in one lab and returns its output."""

    def __init__(self, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
        self.lab, self.capsys = lab, capsys

    def __call__(self, *words: str) -> Answer:
        self.capsys.readouterr()
        code = main(["-C", str(self.lab.root), *words])
        return Answer(code, *self.capsys.readouterr())

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").out)
