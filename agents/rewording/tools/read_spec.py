"""The spec and the family of the experiment, read from the case: no file is opened, whatever path is named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agents.rewording.tools.session import Desk, Refused
from agents.rewording.tools.tool import Arguments, Tool

LONGEST = 6000  # characters of JSON in one answer


class ReadSpec(Arguments):
    path: str = ""  # dotted; empty for the whole


class ReadGenealogy(Arguments):
    pass


def read_spec(desk: Desk) -> Tool:
    def use(read: ReadSpec) -> object:
        value = _at(desk.case.spec, read.path)
        if len(json.dumps(value)) > LONGEST:
            raise Refused(f"'{read.path}' is too long for one answer; ask for one of {_below(value)}")
        return value

    told = "The value at a dotted path of the experiment's spec, as {{spec:PATH}} has it."
    return Tool("read_spec", told, ReadSpec, use)


def read_genealogy(desk: Desk) -> Tool:
    def use(_: ReadGenealogy) -> object:
        return list(_line_of(desk.case.experiment_id, {one["experiment_id"]: one for one in desk.case.genealogy}))

    told = "This experiment and its ancestors, nearest first, with what each changed and why."
    return Tool("read_genealogy", told, ReadGenealogy, use)


def _at(value: Any, path: str) -> Any:
    """Keys may hold dots themselves, as in `sweep.model.lr`: the longest one that fits is taken."""
    if not path:
        return value
    below = dict(value) if isinstance(value, Mapping) else {}
    if isinstance(value, list):
        below = {str(number): item for number, item in enumerate(value)}
    fits = [key for key in below if path == key or path.startswith(f"{key}.")]
    if not fits:
        raise Refused(f"the spec has nothing at '{path}'; there is one of {', '.join(below) or 'nothing'}")
    key = max(fits, key=len)
    return _at(below[key], path[len(key) + 1 :])


def _below(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(map(str, value)) or "nothing"
    return f"the numbers up to {len(value) - 1}" if isinstance(value, list) and value else "nothing"


def _line_of(experiment_id: str, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    known = dict(entries)
    current: str | None = experiment_id
    while current is not None and (entry := known.pop(current, None)) is not None:
        yield entry
        current = entry.get("parent_experiment")
