"""Parse JSON with `//` comments into located nodes.

The packages that read JSON with comments give no positions and keep the last of repeated keys. The nodes are those of
the YAML parser, so that diagnostics of both formats are located by the same code.
"""

from __future__ import annotations

import json

import yaml

from compiler.base.diagnostics import CompileError
from lab.intake.reading.json_tokens import TAG, InvalidJson, JsonTokens

MAX_DEPTH = 32  # as in a YAML config


def json_root(text: str, name: str) -> yaml.Node:
    """Return the value in a text.

    A comma after the last item is accepted, because it remains when the last line becomes a comment.

    Raises:
        CompileError: The text is not JSON. The error holds all problems up to the first error of syntax.
    """
    return _Parser(text, name).root()


class _Parser:
    def __init__(self, text: str, name: str) -> None:
        self._tokens = JsonTokens(text, name)

    def root(self) -> yaml.Node:
        root: yaml.Node | None = None
        try:
            self._tokens.skip()
            root = self._value(0)
            self._tokens.skip()
            if self._tokens.peek():
                raise self._tokens.error("expected the end of the file", "a job is one object")
        except InvalidJson:
            root = None
        if root is None or self._tokens.diagnostics:
            raise CompileError(self._tokens.diagnostics)
        return root

    def _value(self, depth: int) -> yaml.Node:
        char = self._tokens.peek()
        if depth > MAX_DEPTH:
            raise self._tokens.error(f"is nested deeper than {MAX_DEPTH} levels")
        if char == "{":
            return self._object(depth)
        if char == "[":
            return self._list(depth)
        if char == '"':
            return self._tokens.string()
        return self._tokens.word()

    def _object(self, depth: int) -> yaml.Node:
        start = self._tokens.mark()
        items: list[tuple[yaml.Node, yaml.Node]] = []
        first_lines: dict[str, int] = {}
        while not self._closes("}", bool(items), start):
            if self._tokens.peek() != '"':
                raise self._tokens.error("expected a key in double quotes")
            key = self._tokens.string()
            line = key.start_mark.line + 1
            if key.value in first_lines:
                problem = f"repeated key, first written on line {first_lines[key.value]}"
                self._tokens.report(key.start_mark, problem, "keep one of them", key.value)
            first_lines.setdefault(key.value, line)
            self._tokens.skip()
            if self._tokens.peek() != ":":
                raise self._tokens.error(f"expected ':' after the key {json.dumps(key.value, ensure_ascii=False)}")
            self._tokens.at += 1
            self._tokens.skip()
            items.append((key, self._value(depth + 1)))
        return yaml.MappingNode(f"{TAG}map", items, start, self._tokens.mark())

    def _list(self, depth: int) -> yaml.Node:
        start = self._tokens.mark()
        items: list[yaml.Node] = []
        while not self._closes("]", bool(items), start):
            items.append(self._value(depth + 1))
        return yaml.SequenceNode(f"{TAG}seq", items, start, self._tokens.mark())

    def _closes(self, bracket: str, has_items: bool, start: yaml.Mark) -> bool:
        """Skip to the next item and return False, or skip the closing bracket and return True."""
        if not has_items:
            self._tokens.at += 1  # the opening bracket
        self._tokens.skip()
        comma = has_items and self._tokens.peek() == ","
        if comma:
            self._tokens.at += 1
            self._tokens.skip()
        char = self._tokens.peek()
        if char == bracket:
            self._tokens.at += 1
            return True
        if not char:
            kind = "object" if bracket == "}" else "list"
            raise self._tokens.error(f"the file ends inside the {kind} that begins on line {start.line + 1}")
        if has_items and not comma:
            raise self._tokens.error(f"expected ',' or '{bracket}'")
        return False
