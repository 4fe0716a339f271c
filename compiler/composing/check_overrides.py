"""Check the Hydra overrides of a build before anything is composed with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiler.base.diagnostics import CompileError, Problem
from compiler.composing.compose import Composer
from compiler.composing.overrides import override_diagnostic, override_key
from compiler.parsing.override_grammar import parse_override


def check_overrides(overrides: Sequence[str], composer: Composer) -> None:
    """Check that each override can be applied to an experiment.

    Raises:
        CompileError: An override is not valid, sweeps a key, or selects an experiment, or a group option is not a name.
    """
    problems = [(index, _problem(text, composer)) for index, text in enumerate(overrides)]
    diagnostics = [
        override_diagnostic(overrides, index, Problem((), problem)) for index, problem in problems if problem
    ]
    if diagnostics:
        raise CompileError(diagnostics)


def _problem(text: str, composer: Composer) -> str:
    try:
        override = parse_override(composer.parser, text)
    except ValueError as error:
        return f"{text}: {error}"
    if override.is_sweep_override():
        return f"{text}: an override of a build must have one value; sweeps belong in a spec"
    key, value = override_key(text), override.value()
    if not key:
        return f"{text}: names no key"
    if key == "experiment":
        return f"{text}: give the names of experiments as targets, not as an override"
    names = value if isinstance(value, list) else [value]
    is_choice = composer.is_group(override.key_or_group) and not isinstance(value, Mapping)
    if is_choice and not (override.is_delete() or all(isinstance(name, str) for name in names)):
        return f"{text}: a config of a group must be chosen by its name (quote a name that is not text: '42')"
    return ""
