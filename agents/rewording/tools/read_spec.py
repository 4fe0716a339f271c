"""Tools that read the spec and the ancestors of the experiment. They read from the case and never open a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool
from compiler.plan.genealogy_entry import GenealogyEntry

_MAX_LENGTH = 6000  # characters of JSON in one answer


class ReadSpec(Arguments):
    path: str = ""  # dotted; empty for the whole spec


class ReadGenealogy(Arguments):
    pass


def read_spec_tool(session: ToolSession) -> Tool:
    def run(arguments: ReadSpec) -> object:
        value = _value_at(session.case.spec, arguments.path)
        if len(json.dumps(value)) > _MAX_LENGTH:
            raise CallRejected(f"'{arguments.path}' is too long for one answer; ask for one of {_children(value)}")
        return value

    description = "The value at a dotted path of the experiment's spec, as {{spec:PATH}} has it."
    return Tool("read_spec", description, ReadSpec, run)


def read_genealogy_tool(session: ToolSession) -> Tool:
    def run(_: ReadGenealogy) -> object:
        entries = {entry.experiment_id: entry for entry in session.case.genealogy}
        return [entry.to_json() for entry in _with_ancestors(session.case.experiment_id, entries)]

    description = "This experiment and its ancestors, nearest first, with what each changed and why."
    return Tool("read_genealogy", description, ReadGenealogy, run)


def _value_at(node: Any, path: str) -> Any:
    """Return the value at a dotted path. Keys may contain dots (`sweep.model.lr`): the longest matching key is used."""
    if not path:
        return node
    children = dict(node) if isinstance(node, Mapping) else {}
    if isinstance(node, list):
        children = {str(index): item for index, item in enumerate(node)}
    keys = [key for key in children if path == key or path.startswith(f"{key}.")]
    if not keys:
        hint = f"; use one of {', '.join(children)}" if children else ""
        raise CallRejected(f"the spec has no value at '{path}'{hint}")
    key = max(keys, key=len)
    return _value_at(children[key], path[len(key) + 1 :])


def _children(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(map(str, value)) or "nothing"
    return f"the numbers up to {len(value) - 1}" if isinstance(value, list) and value else "nothing"


def _with_ancestors(experiment_id: str, entries: Mapping[str, GenealogyEntry]) -> Iterator[GenealogyEntry]:
    """Yield the entries of an experiment and its ancestors, each once, even if they form a cycle."""
    remaining = dict(entries)
    current: str | None = experiment_id
    while current is not None and (entry := remaining.pop(current, None)) is not None:
        yield entry
        current = entry.parent_experiment
