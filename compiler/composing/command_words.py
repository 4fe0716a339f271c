"""Split the command line `cmd` of a config into words before its interpolations are resolved."""

from __future__ import annotations

import shlex
from typing import Any

from compiler.base.diagnostics import Problem, SpecError

_KEY = "cmd"
_MISSING = "???"


def with_command_words(config: dict[str, Any]) -> dict[str, Any]:
    """Return the config with the words of its command line: a value with blanks is then one word, without quotes.

    Raises:
        SpecError: A quotation does not end.
    """
    line = config.get(_KEY)
    if not isinstance(line, str) or line == _MISSING:
        return config
    try:
        return {**config, _KEY: shlex.split(line)}
    except ValueError as error:
        raise SpecError([Problem((_KEY,), f"cannot be split into words: {error}")]) from error
