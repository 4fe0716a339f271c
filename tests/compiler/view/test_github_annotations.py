"""A diagnostic becomes one workflow command of GitHub, whatever its text contains."""

from __future__ import annotations

import pytest

from compiler.view.github_annotations import workflow_commands

LINES = {
    "diagnostic": (
        "conf/experiment/a.yaml:9:8: experiment.x: unknown key 'y' (did you mean 'z'?)",
        "::error file=conf/experiment/a.yaml,line=9,col=8::experiment.x: unknown key 'y' (did you mean 'z'?)",
    ),
    "text without a place": ("the lab is wrong", "::error::the lab is wrong"),
    "percent": ("a.yaml:1:1: 50%", "::error file=a.yaml,line=1,col=1::50%25"),
    "second command in the text": (
        "a.yaml:1:1: x\n::add-mask::y",
        "::error file=a.yaml,line=1,col=1::x%0A::add-mask::y",
    ),
    "name of a file with separators": ("a,b=c%.yaml:1:2: x", "::error file=a%2Cb=c%25.yaml,line=1,col=2::x"),
}


@pytest.mark.parametrize(("line", "command"), LINES.values(), ids=LINES)
def test_each_diagnostic_is_one_line_with_its_place(line: str, command: str) -> None:
    assert workflow_commands("error", [line]) == [command]


def test_file_is_relative_to_the_repository() -> None:
    assert workflow_commands("warning", ["a.yaml:1:2: x"], "study/") == ["::warning file=study/a.yaml,line=1,col=2::x"]


def test_repeated_diagnostic_is_shown_once() -> None:
    assert len(workflow_commands("error", ["a", "a"])) == 1
