"""Relate problems to the Hydra overrides of a build. Their diagnostics have the file name `overrides`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.base.diagnostics import Diagnostic, Problem, dotted


def find_override(overrides: Sequence[str], key: str) -> int | None:
    """Return the index of the override that sets a key or a node around it, or None."""
    indices = [index for index, text in enumerate(overrides) if f"{key}.".startswith(f"{override_key(text)}.")]
    return indices[-1] if indices else None


def find_override_in_error(overrides: Sequence[str], message: str, word: str) -> int | None:
    """Return the index of the override that an error of Hydra is about, or None.

    The message quotes the override's key, or the override contains `word`.
    """
    for index, text in enumerate(overrides):
        is_quoted = f"'{override_key(text)}'" in message
        if is_quoted or (word and word in re.split(r"[^\w.-]+", text)):
            return index
    return None


def override_key(text: str) -> str:
    """Return the key of an override: `model.lr` of `+model.lr=0.1`."""
    return text.partition("=")[0].lstrip("+~").partition("@")[0]


def override_diagnostic(overrides: Sequence[str], index: int, problem: Problem) -> Diagnostic:
    """Return a diagnostic at the column where an override starts when all are joined by spaces."""
    column = 1 + sum(len(text) + 1 for text in overrides[:index])
    return Diagnostic("overrides", 1, column, dotted(problem.path), problem.problem, problem.hint)
