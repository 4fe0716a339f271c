"""Each error of pydantic becomes a problem at the key of the config that caused it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compiler.base.diagnostics import Problem
from compiler.parsing.validation import error_lines, validation_problems


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = 0


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, pattern=r"\S")]
    kind: Literal["plain", "fancy"] = "plain"
    inner: Inner | None = None
    items: Annotated[list[Inner], Field(min_length=2)] = []


def error_of(value: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    return caught.value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param({}, Problem(("study", "name"), "is missing", "add one"), id="missing, with its hint"),
        pytest.param({"name": ""}, Problem(("study", "name"), "must not be empty, got ''"), id="empty"),
        pytest.param({"name": " "}, Problem(("study", "name"), "must not be blank, got ' '"), id="pattern"),
        pytest.param(
            {"name": "n", "kind": "fanci"},
            Problem(("study", "kind"), "unknown value 'fanci'", "did you mean 'fancy'?"),
            id="unknown value",
        ),
        pytest.param(
            {"name": "n", "inner": {"sise": 1}},
            Problem(("study", "inner", "sise"), "unknown key 'sise'", "did you mean 'size'?"),
            id="unknown key of an optional model",
        ),
        pytest.param(
            {"name": "n", "items": [{}]},
            Problem(("study", "items"), "list should have at least 2 items after validation, not 1"),
            id="a list that is too short is not called empty",
        ),
        pytest.param(
            {"name": "n", "items": [{"sise": 1}, {}]},
            Problem(("study", "items", 0, "sise"), "unknown key 'sise'", "did you mean 'size'?"),
            id="unknown key of a model in a list",
        ),
    ],
)
def test_each_error_is_a_problem_at_its_key(value: Any, problem: Problem) -> None:
    messages, hints = {r"\S": "must not be blank"}, {"name": "add one"}
    problems = validation_problems(
        error_of(value), Outer, ("study",), pattern_messages=messages, hints_for_missing=hints
    )
    assert list(problems) == [problem]


def test_values_that_may_be_secret_are_not_quoted() -> None:
    error = error_of({"name": 5, "kind": "sk-secret"})
    problems = list(validation_problems(error, Outer, shows_input=False))
    assert [problem.problem for problem in problems] == ["must be text", "unknown value"]
    assert problems[1].hint == "known: fancy, plain"


def test_error_lines_name_the_key() -> None:
    assert list(error_lines(error_of({"name": "n", "inner": {"size": "x"}}))) == [
        "inner.size: Input should be a valid integer, unable to parse string as an integer"
    ]
