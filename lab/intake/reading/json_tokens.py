"""Read the tokens of JSON with `//` comments: texts, numbers and words, with their positions."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from itertools import accumulate

import yaml

from compiler.base.diagnostics import Diagnostic

TAG = "tag:yaml.org,2002:"
_MAX_DIGITS = 100  # of a number; Python refuses to read integers of some thousand digits
_BLANK = re.compile(r"(?:[ \t\r\n]++|//[^\n]*+)*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+"')
_CONTROL = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+[\x00-\x1f]')
_WORD = re.compile(r"[\w.+-]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity", "+Infinity", "+NaN", "-NaN"})
_WORDS = {"true": "bool", "false": "bool", "null": "null"}


class InvalidJson(Exception):
    """The rest of a text cannot be read."""


class JsonTokens:
    """A position in a text, and the problems before it."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.at = text, 0
        self.diagnostics: list[Diagnostic] = []
        self._name = name
        self._line_starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def peek(self) -> str:
        """Return the next character, an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def string(self) -> yaml.ScalarNode:
        """Read a text."""
        start = self.mark()
        match = _STRING.match(self.text, self.at)
        if match is None:
            control = _CONTROL.match(self.text, self.at)
            if control is None:
                self.at = len(self.text)
                raise self.error(f"the file ends inside the text that begins on line {start.line + 1}")
            self.at = control.end() - 1
            code = ord(self.text[self.at])
            raise self.error(f"a text contains the control character U+{code:04X}", "write \\n for a line break")
        self.at = match.end()
        try:
            value = json.loads(match[0])
        except ValueError:
            self.at = start.index
            raise self.error(
                "a text contains an escape that JSON does not have", "write \\\\ for a backslash"
            ) from None
        return yaml.ScalarNode(f"{TAG}str", value, start, self.mark())

    def word(self) -> yaml.ScalarNode:
        """Read a number, `true`, `false` or `null`."""
        start = self.mark()
        match = _WORD.match(self.text, self.at)
        if match is None:
            is_comment = self.text.startswith("/*", self.at)
            raise self.error("expected a value", "comments begin with //" if is_comment else "")
        word = match[0]
        number = _NUMBER.fullmatch(word)
        kind = _WORDS.get(word) or ("int" if number and word.lstrip("-").isdecimal() else "float")
        if word in _NOT_FINITE or (
            number and len(word) <= _MAX_DIGITS and float(word) in (float("inf"), -float("inf"))
        ):
            self.report(start, f"{word[:40]} is not a finite number")
            kind, word = "null", "null"
        elif number and len(word) > _MAX_DIGITS:
            self.report(start, f"has {len(word)} digits, and a number may have at most {_MAX_DIGITS}")
            kind, word = "null", "null"
        elif not number and word not in _WORDS:
            raise self.error(f"expected a value, got {word[:40]}", "write a text in double quotes")
        self.at = match.end()
        return yaml.ScalarNode(f"{TAG}{kind}", word, start, self.mark())

    def skip(self) -> None:
        """Skip blanks and comments."""
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def mark(self) -> yaml.Mark:
        """Return the position."""
        line = bisect_right(self._line_starts, self.at) - 1
        return yaml.Mark(self._name, self.at, line, self.at - self._line_starts[line], None, 0)

    def report(self, mark: yaml.Mark, problem: str, hint: str = "", path: str = "") -> None:
        """Report a problem after which the rest can be read."""
        self.diagnostics.append(Diagnostic(self._name, mark.line + 1, mark.column + 1, path, problem, hint))

    def error(self, problem: str, hint: str = "") -> InvalidJson:
        """Report a problem at the position, after which nothing can be read, and return the exception to raise."""
        self.report(self.mark(), f"invalid JSON: {problem}", hint)
        return InvalidJson()
