"""Find characters that a terminal obeys or that reorder text, in the texts and keys of a config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys, nodes

# Control characters except tab and newline, line separators, and overrides of the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def control_character_problems(config: Any, key_path: Keys = ()) -> Iterator[Problem]:
    """Yield a problem for each text and each key with such a character."""
    for path, value in nodes(config, key_path):
        texts = value if isinstance(value, Mapping) else (value,)
        for text in texts:
            if isinstance(text, str) and (match := _CONTROL.search(text)):
                subject = "has a key with" if isinstance(value, Mapping) else "contains"
                problem = f"{subject} the control character U+{ord(match[0]):04X} at position {match.start() + 1}"
                yield Problem(path, problem, "remove it; tabs and line breaks are allowed")
                break
