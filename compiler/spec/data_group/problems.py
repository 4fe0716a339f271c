"""Check what a data group declares about its data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.identity import DATA_DECLARATIONS
from compiler.base.printable import printable_line
from compiler.parsing.json_values import MISSING
from compiler.python_source.signatures import Signatures, TargetNotFound

COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_REMOTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_MAX_LICENCE = 200  # characters


def declaration_problems(config: Mapping[str, Any], signatures: Signatures) -> Iterator[Problem]:
    """Yield invalid declarations, and those that are also arguments of the data module.

    No run id contains a declaration. If the data module got it, different trainings would be one run.
    """
    data = config.get("data")
    if not isinstance(data, Mapping):
        return
    yield from _value_problems(data)
    for key in sorted(DATA_DECLARATIONS & _parameters(data.get("_target_"), signatures)):
        if key in data:
            problem = f"describes the data and is not passed to {_name(data)}, which has a parameter of this name"
            yield Problem(("data", key), problem, "rename the parameter")


def _value_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    groups, licence, remote = data.get("groups"), data.get("licence"), data.get("remote")
    if groups not in (None, MISSING):
        yield from _group_problems(groups)
    if licence not in (None, MISSING) and not _is_licence(licence):
        problem = f"must be one line of text, got {licence!r}"
        yield Problem(("data", "licence"), problem, "write an SPDX identifier, such as CC-BY-4.0")
    if remote not in (None, MISSING) and not (isinstance(remote, str) and _REMOTE.fullmatch(remote)):
        problem = f"must be the name of a remote of DVC, got {remote!r}"
        yield Problem(("data", "remote"), problem, "`dvc remote list` prints the names")
    for key in ("personal_data", "human_subjects"):
        if data.get(key) not in (None, MISSING) and not isinstance(data[key], bool):
            yield Problem(("data", key), f"must be true, false or null, got {data[key]!r}")


def _group_problems(groups: Any) -> Iterator[Problem]:
    if not isinstance(groups, list):
        yield Problem(("data", "groups"), f"must be a list of columns, got {groups!r}", "write groups: [writer]")
        return
    for index, column in enumerate(groups):
        if not isinstance(column, str) or not COLUMN.fullmatch(column):
            hint = "use a letter first, then letters, digits and '_'"
            yield Problem(("data", "groups", index), f"must be the name of a column, got {column!r}", hint)
        elif column in groups[:index]:
            yield Problem(("data", "groups", index), f"'{column}' is listed twice")


def _is_licence(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _MAX_LICENCE and printable_line(value) == value


def _parameters(target: Any, signatures: Signatures) -> frozenset[str]:
    """Return the parameters of a data module, none if its source does not show them."""
    try:
        return frozenset(signatures.find(target).parameters) if isinstance(target, str) else frozenset()
    except (TargetNotFound, SyntaxError):
        return frozenset()  # reported when the target is checked


def _name(data: Mapping[str, Any]) -> str:
    return str(data["_target_"]).rpartition(".")[2]
