"""Hydra overrides given for a whole build. What is wrong with one stands in `overrides`, at its column there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler.errors import CompileError, Diagnostic, Problem, dotted
from compiler.grammar import parse_override

if TYPE_CHECKING:
    from compiler.compose import Composer


def check_overrides(overrides: Sequence[str], composer: Composer) -> None:
    """Refuse what no experiment could be built with.

    Raises:
        CompileError: one is not of Hydra's grammar, sweeps, chooses an experiment, or something else than a name.
    """
    problems = [(index, _problem(text, composer)) for index, text in enumerate(overrides)]
    told = [placed(overrides, index, Problem((), problem)) for index, problem in problems if problem]
    if told:
        raise CompileError(told)


def override_of(overrides: Sequence[str], key: str) -> int | None:
    """Which override sets a key, or a part of the config around it."""
    found = [index for index, text in enumerate(overrides) if f"{key}.".startswith(f"{overridden(text)}.")]
    return found[-1] if found else None


def override_named(overrides: Sequence[str], message: str, word: str) -> int | None:
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


def _problem(text: str, composer: Composer) -> str:
    try:
        parsed = parse_override(composer.parser, text)
    except ValueError as error:
        return f"{text}: {error}"
    if parsed.is_sweep_override():
        return f"{text}: an override of a build has one value; a spec's sweep has many"
    key, value = overridden(text), parsed.value()
    if key in ("", "experiment"):
        return f"{text}: experiments are asked for by their names" if key else f"{text}: names no key"
    names = value if isinstance(value, list) else [value]
    if composer.is_group(key) and not (parsed.is_delete() or all(isinstance(name, str) for name in names)):
        return f"{text}: a config of a group is chosen by its name"
    return ""
