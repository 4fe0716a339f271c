"""With `_recursive_: false` the target calls the nodes inside it, so they may lack arguments."""

from __future__ import annotations

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import Signatures
from compiler.python_source.target_check import target_problems

PART = {"_target_": "textwrap.TextWrapper", "widht": 3}
FUNCTION = {"_target_": "textwrap.fill"}  # needs a text
NODES = {
    "called by Hydra": ({"_target_": "builtins.dict", "part": FUNCTION}, ["textwrap.fill needs 'text'"]),
    "passed on": ({"_target_": "builtins.dict", "_recursive_": False, "part": FUNCTION}, []),
    "passed on inside a list": ({"_target_": "builtins.dict", "_recursive_": False, "parts": [FUNCTION]}, []),
    "beside one that is passed on": (
        {"a": {"_target_": "builtins.dict", "_recursive_": False}, "b": FUNCTION},
        ["textwrap.fill needs 'text'"],
    ),
    "passed on with a misspelt argument": (
        {"_target_": "builtins.dict", "_recursive_": False, "part": PART},
        ["textwrap.TextWrapper takes no 'widht'"],
    ),
    "the owner itself": ({"_target_": "textwrap.fill", "_recursive_": False}, ["textwrap.fill needs 'text'"]),
}


@pytest.mark.parametrize(("config", "expected"), NODES.values(), ids=NODES)
def test_missing_arguments_are_reported_only_for_nodes_that_hydra_calls(
    config: dict[str, object], expected: list[str]
) -> None:
    problems = target_problems({"model": config}, Signatures(Modules([ENGINE])))
    assert [problem.problem for problem in problems] == expected
