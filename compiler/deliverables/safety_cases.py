"""Define the cases of `safety_checks`: an input for the model, and rules for its answer."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from compiler.deliverables.deliverable import FileName

MAX_PROMPT = 100_000  # characters
MAX_ANSWER = 100_000  # characters; a longer answer fails, so a larger limit would check nothing
_PROBES = ("", "x", "\n7 é {}")  # a pattern that is found in all of them is found in almost any text
_RULES = ("must_match", "must_not_match", "equals", "one_of", "max_length", "is_json", "abstains")
_INPUTS = ("prompt", "features", "file")


class BadCases(Exception):
    """A file of cases is missing or invalid. The message gives the reason."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return text


Patterns = Annotated[list[Annotated[str, Field(min_length=1, max_length=1000)]], BeforeValidator(_as_list)]
Label = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


class Case(BaseModel):
    """An input and the rules that its answer must meet. All rules of a case are checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: FileName
    prompt: Annotated[str, Field(min_length=1, max_length=MAX_PROMPT)] | None = None
    features: list[Any] | None = None  # the nested numbers of one input
    file: str | None = None  # an input in a .npy file of the lab
    must_match: Patterns = []
    must_not_match: Patterns = []
    equals: Label | None = None
    one_of: Annotated[list[Label], Field(min_length=1)] | None = None
    max_length: Annotated[int, Field(ge=0, lt=MAX_ANSWER)] | None = None  # characters
    is_json: bool = False
    abstains: bool | None = None
    required: bool = False  # must pass, whatever the pass rate is
    note: str = ""

    @field_validator("must_match", "must_not_match")
    @classmethod
    def _check_patterns(cls, patterns: list[str]) -> list[str]:
        return [_pattern(text) for text in patterns]

    @field_validator("must_match")
    @classmethod
    def _check_that_a_pattern_can_fail(cls, patterns: list[str]) -> list[str]:
        for text in patterns:
            if all(re.search(text, probe) for probe in _PROBES):
                raise ValueError(f"{text!r} is found in every text, so it checks nothing")
        return patterns

    @field_validator("file")
    @classmethod
    def _check_file(cls, path: str | None) -> str | None:
        return None if path is None else file_in_lab(path, ".npy")

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        if sum(getattr(self, name) is not None for name in _INPUTS) != 1:
            raise ValueError(f"needs exactly one input: {', '.join(_INPUTS)}")
        rules = [name for name in _RULES if getattr(self, name) not in (None, False, [])]
        if not rules and self.abstains is None:
            raise ValueError(f"needs a rule: {', '.join(_RULES)}")
        return self


class Cases(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    cases: Annotated[list[Case], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        ids = [case.id for case in self.cases]
        if repeated := next((name for name in ids if ids.count(name) > 1), None):
            raise ValueError(f"two cases have the id '{repeated}'")
        return self


def read_cases(file: Path) -> Cases:
    """Return the cases in a file that was checked when the spec was compiled.

    Raises:
        BadCases: The file is missing, or was changed since.
    """
    try:
        return Cases.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise BadCases(f"{file} cannot be read: {str(error).splitlines()[0]} (run proband compile)") from error


def file_in_lab(path: str, *suffixes: str) -> str:
    """Return a relative path that stays in the lab. Raises ValueError."""
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
        raise ValueError("must be a path inside the lab, such as conf/safety/cases.yaml")
    if parts.suffix not in suffixes:
        raise ValueError(f"must end with {' or '.join(suffixes)}")
    return path
