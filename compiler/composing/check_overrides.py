"""Check the Hydra overrides of a build before anything is composed with them."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.base.diagnostics import CompileError, Problem
from compiler.composing.compose import Composer
from compiler.composing.overrides import overridden, placed
from compiler.parsing.override_grammar import parse_override


def check_overrides(overrides: Sequence[str], composer: Composer) -> None:
    """Refuse what no experiment could be built with.

    Raises:
        CompileError: one is not of Hydra's grammar, sweeps, chooses an experiment, or something else than a name.
    """
    problems = [(index, _problem(text, composer)) for index, text in enumerate(overrides)]
    told = [placed(overrides, index, Problem((), problem)) for index, problem in problems if problem]
    if told:
        raise CompileError(told)


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
