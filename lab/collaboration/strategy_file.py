"""Read `conf/strategy.yaml`: what a lab gives priority, which questions are open, and what it does not pursue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compiler.base.diagnostics import CompileError, Diagnostic, dotted
from compiler.base.paths import Lab
from compiler.parsing.located_yaml import read_source
from compiler.parsing.validation import validation_problems

_NAME = "conf/strategy.yaml"
_Patterns = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1)
    keys: _Patterns | None = None
    experiments: _Patterns | None = None

    @model_validator(mode="after")
    def _check_condition(self) -> _Entry:
        if self.keys is None and self.experiments is None:
            raise ValueError("needs keys or experiments, which say which proposals it is about")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    priorities: tuple[_Entry, ...] = ()
    questions: tuple[_Entry, ...] = ()
    avoid: tuple[_Entry, ...] = ()


@dataclass(frozen=True)
class Direction:
    """An entry of the strategy. A proposal matches if it touches one of `keys` and comes from one of `experiments`.

    Both are patterns such as `model.*`. None matches every proposal. The texts of a proposal are never compared,
    because its author could copy the words of an entry.
    """

    text: str
    keys: tuple[str, ...] | None = None
    experiments: tuple[str, ...] | None = None

    def matches(self, keys: set[str], experiments: set[str]) -> bool:
        """Return whether a proposal that touches `keys` and descends from `experiments` matches."""
        return _is_any(keys, self.keys) and _is_any(experiments, self.experiments)


@dataclass(frozen=True)
class Strategy:
    """The directions of a lab, each list in the order of its importance."""

    priorities: tuple[Direction, ...] = ()
    questions: tuple[Direction, ...] = ()
    avoid: tuple[Direction, ...] = ()


def read_strategy(lab: Lab) -> Strategy:
    """Return the strategy of a lab, an empty one without a file.

    Raises:
        CompileError: The file is wrong. The error holds all problems with their lines.
    """
    file = lab.conf / "strategy.yaml"
    if not file.exists():
        return Strategy()
    source = read_source(file, _NAME)
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except ValueError as error:  # a date that does not exist
        raise CompileError([Diagnostic(_NAME, 1, 1, "", f"cannot be read: {error} (quote texts)")]) from error
    try:
        parsed = _File.model_validate(content)
    except ValidationError as error:
        problems = validation_problems(error, _File)
        located = (
            source.diagnostic(problem)
            or source.diagnostic(problem, problem.path[:-1])
            or Diagnostic(_NAME, 1, 1, dotted(problem.path), problem.problem, problem.hint)
            for problem in problems
        )
        raise CompileError(located) from error
    return Strategy(*(tuple(_directions(getattr(parsed, name))) for name in ("priorities", "questions", "avoid")))


def _directions(entries: tuple[Any, ...]) -> Iterator[Direction]:
    return (Direction(entry.text, entry.keys, entry.experiments) for entry in entries)


def _is_any(names: set[str], patterns: tuple[str, ...] | None) -> bool:
    return patterns is None or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
