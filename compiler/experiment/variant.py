"""A config under one choice of groups: composed once, checked once, and with_settings for every point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

from compiler.base.diagnostics import Diagnostic, Problem, SpecError, did_you_mean, dotted
from compiler.base.nested import Keys, mapping_leaves, with_value
from compiler.composing.compose import Composer
from compiler.composing.interpolation import Resolver
from compiler.composing.layers import Composed
from compiler.composing.overrides import find_override, override_diagnostic
from compiler.composing.patching import with_settings
from compiler.composing.setting import Setting
from compiler.parsing.json_values import MISSING, missing_values, unwritable_values
from compiler.python_source.signatures import Signatures
from compiler.python_source.target_check import target_problems
from compiler.spec.core_config import core_problems


@dataclass(frozen=True)
class Variant:
    """`settings` is what the spec's own `config` sets; `config` has them laid in."""

    composed: Composed
    settings: tuple[Setting, ...]
    overrides: tuple[str, ...]  # of this build
    config: dict[str, Any]

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver()

    @property
    def values(self) -> dict[str, Any]:
        """The config without its spec, its interpolations resolved.

        Raises:
            SpecError: an interpolation cannot be resolved.
        """
        return self.resolver.values(self.config)

    def problems(self, signatures: Signatures, swept: frozenset[str]) -> Iterator[Problem]:
        """What is wrong with it before any point is laid in; the sweep may bring values that are missing."""
        known: frozenset[Keys] = frozenset()
        try:
            values = self.values
        except SpecError as error:
            yield from error.problems
            known = frozenset(one.path for one in error.problems)
            try:  # the rest is checked all the same
                values = Resolver().values(
                    reduce(lambda part, path: with_value(part, path, MISSING), known, self.config)
                )
            except SpecError:
                return
        yield from target_problems(values, signatures)
        yield from core_problems(values)
        yield from unwritable_values(values)
        yield from (one for one in missing_values(values) if one.path not in known and dotted(one.path) not in swept)

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Place a problem where the value comes from: the build's overrides, the spec's own `config`, else a file."""
        key = ".".join(map(str, problem.path))
        if (index := find_override(self.overrides, key)) is not None:
            return override_diagnostic(self.overrides, index, problem)
        for setting in self.settings:
            if f"{key}.".startswith(f"{setting.key}."):
                return self.composed.diagnostic(replace(problem, path=setting.at))
        return self.composed.diagnostic(problem)


def variant(
    choice: str, choices: tuple[str, ...], base: Composed, own: Any, overrides: tuple[str, ...], composer: Composer
) -> Variant:
    """The variant of an experiment under some group choices.

    Args:
        base: the experiment as its file alone makes it.
        own: the spec's `config`, as if given on Hydra's command line before the choices.

    Raises:
        SpecError: the spec's `config` names what is not there.
        CompileError: Hydra cannot compose it.
    """
    groups, settings = _settings(own, composer)
    settings = tuple(one for one in settings if find_override(overrides, one.key) is None)
    composed = composer.compose(choice, [*groups, *choices], overrides) if groups or choices else base
    return Variant(composed, settings, overrides, with_settings(composed.config, settings))


def _settings(own: Any, composer: Composer) -> tuple[tuple[str, ...], tuple[Setting, ...]]:
    """The spec's `config` as group choices and values."""
    groups, values, problems = [], [], []
    for path, value in mapping_leaves(own, ("experiment", "config")) if isinstance(own, Mapping) else ():
        key = ".".join(map(str, path[2:]))
        options = composer.options(key.lstrip("+")) if isinstance(value, str) else []
        if not options:
            values.append(Setting(key.lstrip("+"), value, False, key.startswith("+"), path))
        elif value in options:
            groups.append(f"{key}={value}")
        else:
            problems.append(Problem(path, f"no config '{value}' in group '{key}'", did_you_mean(value, options)))
    if problems:
        raise SpecError(problems)
    return tuple(groups), tuple(values)
