"""Hydra overrides given for a whole build. What is wrong with one stands in `overrides`, at its column there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.base.diagnostics import Diagnostic, Problem, dotted


def find_override(overrides: Sequence[str], key: str) -> int | None:
    """Which override sets a key, or a part of the config around it."""
    found = [index for index, text in enumerate(overrides) if f"{key}.".startswith(f"{overridden(text)}.")]
    return found[-1] if found else None


def find_override_in_error(overrides: Sequence[str], message: str, word: str) -> int | None:
    """Which override an error of Hydra's is about: it quotes the key, or names what was asked for."""
    for index, text in enumerate(overrides):
        is_quoted = f"'{overridden(text)}'" in message
        if is_quoted or (word and word in re.split(r"[^\w.-]+", text)):
            return index
    return None


def overridden(text: str) -> str:
    """The key of an override."""
    return text.partition("=")[0].lstrip("+~").partition("@")[0]


def placed(overrides: Sequence[str], index: int, problem: Problem) -> Diagnostic:
    column = 1 + sum(len(text) + 1 for text in overrides[:index])
    return Diagnostic("overrides", 1, column, dotted(problem.path), problem.problem, problem.hint)
