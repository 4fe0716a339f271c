"""Parse a submitted text: plain values, and the position of every key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, one_line
from compiler.base.nested import nodes, with_value
from compiler.parsing.control_characters import control_character_problems
from compiler.parsing.located_yaml import Source
from compiler.parsing.strict_yaml import strict_root
from lab.intake.reading.located_json import json_root

_KINDS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "bool": lambda text: text == "true",
    "null": lambda _: None,
}
_BOOLS = frozenset({"true", "false"})


@dataclass(frozen=True)
class Document:
    """The mapping in a submitted text. `text` has no byte order mark and ends its lines with a newline."""

    source: Source
    values: dict[str, Any]
    text: str

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Return a diagnostic at the problem's key, or at the nearest key around it."""
        for depth in range(len(problem.path), -1, -1):
            if (diagnostic := self.source.diagnostic(problem, problem.path[:depth])) is not None:
                return diagnostic
        raise AssertionError("every source has a root")


def read_document(content: bytes, name: str) -> Document:
    """Parse the bytes of a job. `name` ends with `.json` for JSON, else the text is YAML.

    Raises:
        CompileError: The text is not UTF-8, cannot be parsed, or contains characters that a terminal obeys.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CompileError([Diagnostic(name, line, 1, "", f"is not UTF-8 text: {error.reason}")]) from error
    root = json_root(text, name) if name.endswith(".json") else strict_root(text, name)
    if not isinstance(root, yaml.MappingNode):
        raise CompileError([Diagnostic(name, 1, 1, "", "must be a mapping of keys to values")])
    source = Source(name, root)
    values = _json_values(root) if name.endswith(".json") else _with_words(yaml_values(text, name), source)
    document = Document(source, values, text)
    if problems := [*_broken_texts(values), *control_character_problems(values)]:
        raise CompileError(map(document.diagnostic, problems))
    return document


def _json_values(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _json_values(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_json_values(item) for item in node.value]
    convert = _KINDS.get(node.tag.rpartition(":")[2])
    return convert(node.value) if convert else node.value


def yaml_values(text: str, name: str) -> Any:
    """Return the values as Hydra reads them: `1e-3` is a number, and a date is text."""
    try:
        return OmegaConf.to_container(OmegaConf.create(text), resolve=False)
    except OmegaConfBaseException as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"cannot be read: {one_line(error)}")]) from error


def _with_words(values: Any, source: Source) -> Any:
    """Return the values, in which `yes`, `no`, `on` and `off` are text, as in JSON and in YAML 1.2."""
    for path, value in list(nodes(values)):
        located = source.node(path) if isinstance(value, bool) else None
        if located is not None and isinstance(located[1], yaml.ScalarNode) and located[1].value.lower() not in _BOOLS:
            values = with_value(values, path, located[1].value)
    return values


def _broken_texts(values: Any) -> Iterator[Problem]:
    """Yield texts with half of a surrogate pair, which cannot be written as UTF-8."""
    for path, value in nodes(values):
        for text in value if isinstance(value, dict) else (value,):
            if isinstance(text, str) and any("\ud800" <= char <= "\udfff" for char in text):
                yield Problem(path, "contains an incomplete character, half of a surrogate pair")
