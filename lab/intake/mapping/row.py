"""Schema of a row of `conf/import.yaml`: which key of a job sets which part of a config."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from compiler.collaboration.forbidden_keys import forbidden_key
from compiler.spec.compare import Strict

ValueKind = Literal["text", "number", "positive number", "integer", "positive integer", "bool", "any"]
VALUE = "{value}"  # stands for the value of the job in `set`
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")
# What a job must not set: code that is run, what a person decides, and how a build works.
_CLOSED_ROOTS = frozenset(
    {"hydra", "experiment", "collaboration", "identity", "agents", "callbacks", "logger", "paths", "limits", "defaults"}
)
CLOSED_KEYS = frozenset({"command", "logger", "plugins", "callbacks", "strategy", "default_root_dir"})


def _open_key(path: object) -> object:
    """Return a dotted config key. Raises ValueError if a job must not set it."""
    if not isinstance(path, str):
        return path
    keys = path.split(".")
    if (reason := forbidden_key(path)) in ("selects code", "names a path or a command"):
        raise ValueError(f"a job cannot set '{path}', because it {reason}")
    if keys[0] in _CLOSED_ROOTS or any(key in CLOSED_KEYS for key in keys):
        raise ValueError(f"a job cannot set '{path}' (set it in a spec or in config.yaml)")
    if not _KEY.fullmatch(path):
        raise ValueError("must be a dotted key of the config, such as model.lr")
    return path


ConfigKey = Annotated[str, BeforeValidator(_open_key)]


class Case(Strict):
    """What some values of a key stand for: choices of groups, and values of config keys."""

    like: list[str] = []  # patterns in which * stands for any text
    folder: bool = False  # whether the case is for values that name an existing folder
    choose: dict[ConfigKey, str] = {}
    set: dict[ConfigKey, Any] = {}

    @model_validator(mode="after")
    def _check_condition(self) -> Self:
        if not self.like and not self.folder:
            raise ValueError("needs `like` or `folder`, which state the values that it is for")
        return self


class Row(Strict):
    """One row. It names a config key (`path`), or a group of which the value is a config (`group`)."""

    path: ConfigKey | None = None
    group: ConfigKey | None = None
    value: ValueKind = "any"
    also: list[str] = []  # other names of the key
    cases: Annotated[list[Case], Field(max_length=100)] = []

    @field_validator("group")
    @classmethod
    def _check_group(cls, group: str | None) -> str | None:
        if group is not None and "." in group:
            raise ValueError("must be the name of a config group, such as model")
        return group

    @model_validator(mode="after")
    def _check_target(self) -> Self:
        if self.path is not None and (self.group is not None or self.cases):
            raise ValueError("with `path` needs neither `group` nor `cases`")
        if self.path is None and self.group is None and not self.cases:
            raise ValueError("needs `path`, `group` or `cases`")
        return self

    @property
    def kind(self) -> ValueKind:
        """The kind of its values. The name of a config is text."""
        return "text" if self.group is not None else self.value

    @property
    def target(self) -> str:
        """What the row sets, for messages."""
        return self.path or (f"group {self.group}" if self.group else "several keys")


def written_row(value: object) -> object:
    """Return the mapping of a row that is written as text, `KEY: CONFIG.PATH`."""
    return {"path": value} if isinstance(value, str) else value


def merged(engine: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the engine with the lab's row of the same key: its fields win, its cases are tried first."""
    row = {**engine, **own}
    if "path" in own or "group" in own:
        row = {key: value for key, value in row.items() if key not in {"path", "group"} - own.keys()}
    for field in ("cases", "also"):
        if isinstance(own.get(field, []), list):
            row[field] = [*own.get(field, []), *engine.get(field, [])]
    return row
