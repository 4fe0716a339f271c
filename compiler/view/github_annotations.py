"""Print diagnostics as annotations of GitHub Actions, which GitHub shows at the lines of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

_LOCATED = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)", re.DOTALL)
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def workflow_commands(level: Literal["error", "warning"], lines: Iterable[str], prefix: str = "") -> list[str]:
    """Return a workflow command for each diagnostic. Characters that would end it or begin another are escaped.

    Args:
        lines: diagnostics, as `file:line:column: message` or without a place.
        prefix: the path from the root of the repository to the lab, with a slash at its end. Empty if they are equal.
    """
    return [_annotation(level, line, prefix) for line in dict.fromkeys(lines)]


def _annotation(level: str, line: str, prefix: str) -> str:
    match = _LOCATED.fullmatch(line)
    if match is None:
        return f"::{level}::{_escaped(line, _DATA)}"
    file = _escaped(prefix + match["file"], _PROPERTY)
    return f"::{level} file={file},line={match['line']},col={match['column']}::{_escaped(match['text'], _DATA)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
