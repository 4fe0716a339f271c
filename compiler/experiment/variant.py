"""The config of an experiment under some group choices, composed and checked once for all points that share them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import Diagnostic, Problem, SpecError
from compiler.base.nested import Keys, mapping_leaves, value_at, with_value
from compiler.composing.compose import Composer
from compiler.composing.group_choices import choice_override, choice_problems
from compiler.composing.interpolation import Resolver
from compiler.composing.layers import Composed
from compiler.composing.overrides import find_override, override_diagnostic
from compiler.composing.patching import with_settings
from compiler.composing.setting import Setting
from compiler.parsing.json_values import MISSING, missing_values, unwritable_values
from compiler.python_source.signatures import Signatures
from compiler.python_source.target_check import target_problems
from compiler.python_source.training_kind import is_read_by_function
from compiler.secrets.config_secrets import literal_secret_problems
from compiler.spec.core_config import core_problems
from compiler.spec.data_group.declaration import DataDeclaration, data_declaration
from compiler.spec.data_group.declared_risks import with_declared_risks
from compiler.spec.identity_keys import identity_problems


@dataclass(frozen=True)
class Variant:
    """The config of an experiment under some group choices.

    `settings` are the values of the spec's own `config:` node. They are already applied in `config`.
    `samples` are values of keys that a sweep sets. They stand for keys without a value,
    so that other keys can refer to them.
    """

    composed: Composed
    settings: tuple[Setting, ...]
    overrides: tuple[str, ...]  # of this build
    config: dict[str, Any]
    samples: tuple[Setting, ...] = ()

    @cached_property
    def resolver(self) -> Resolver:
        return Resolver()

    @property
    def values(self) -> dict[str, Any]:
        """The config without its spec, with its interpolations resolved.

        Raises:
            SpecError: An interpolation cannot be resolved.
        """
        return self._values(self.resolver, self.config)

    @property
    def dataset(self) -> DataDeclaration | None:
        """What the data group of a valid config declares, None if the config has no data group.

        A risk that the data group declares is not overruled by a spec or an override.
        """
        sources = [layer.source for layer in self.composed.layers if layer.package == ("data",)]
        declared = data_declaration(self.values, Path(sources[-1].name).stem if sources else "")
        return with_declared_risks(declared, sources) if declared else None

    def problems(self, signatures: Signatures, swept_keys: frozenset[str]) -> Iterator[Problem]:
        """Yield the problems of the config before a sweep sets its keys. The keys that a sweep sets may be missing."""
        unresolved: frozenset[Keys] = frozenset()
        try:
            values = self.values
        except SpecError as error:
            yield from error.problems
            unresolved = frozenset(problem.path for problem in error.problems)
            try:  # check the values that can be resolved
                values = self._values(Resolver(), self._config_without(unresolved))
            except SpecError:
                return
        if secrets := list(literal_secret_problems(values)):  # other problems might quote them
            yield from secrets
            return
        yield from target_problems(values, signatures)
        yield from core_problems(values, signatures)
        can_read_all = is_read_by_function(values, signatures)
        yield from identity_problems(values, swept_keys, is_read_by_function=can_read_all)
        yield from unwritable_values(values)
        for problem in missing_values(values):
            if problem.path not in unresolved and ".".join(map(str, problem.path)) not in swept_keys:
                yield problem

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Locate a problem where its value is set: in an override, in the spec's own `config`, or in a file."""
        key = ".".join(map(str, problem.path))
        if (index := find_override(self.overrides, key)) is not None:
            return override_diagnostic(self.overrides, index, problem)
        for setting in self.settings:
            if f"{key}.".startswith(f"{setting.key}."):
                return self.composed.diagnostic(replace(problem, path=setting.spec_path))
        return self.composed.diagnostic(problem)

    def _values(self, resolver: Resolver, config: dict[str, Any]) -> dict[str, Any]:
        """Return the resolved config. Keys that only the sweep sets have no value, but others that refer to them do."""
        samples = [setting for setting in self.samples if value_at(config, setting.key) == MISSING]
        values = resolver.values(with_settings(config, samples))
        return with_settings(values, [replace(setting, value=MISSING) for setting in samples])

    def _config_without(self, paths: frozenset[Keys]) -> dict[str, Any]:
        """Return the config with the missing marker `???` as the value of these paths."""
        config: dict[str, Any] = reduce(lambda node, path: with_value(node, path, MISSING), paths, self.config)
        return config


def compose_variant(
    choice: str,
    choices: tuple[str, ...],
    base: Composed,
    spec_config: Any,
    overrides: tuple[str, ...],
    composer: Composer,
) -> Variant:
    """Return the variant of an experiment under some group choices.

    Args:
        base: the experiment as composed from its file alone.
        spec_config: the spec's `config`. It is applied like overrides on Hydra's command line, before the choices.

    Raises:
        SpecError: The spec's `config` names a missing config.
        CompileError: Hydra cannot compose it.
    """
    groups, settings = _settings(spec_config, composer)
    settings = tuple(setting for setting in settings if find_override(overrides, setting.key) is None)
    composed = (
        composer.compose(choice, [*groups, *choices], overrides) if groups or choices or base.is_partial else base
    )
    return Variant(composed, settings, overrides, with_settings(composed.config, settings))


def _settings(spec_config: Any, composer: Composer) -> tuple[tuple[str, ...], tuple[Setting, ...]]:
    """Split the spec's `config` into group choices and values."""
    groups, values, problems = [], [], []
    for path, value in (
        mapping_leaves(spec_config, ("experiment", "config")) if isinstance(spec_config, Mapping) else ()
    ):
        key = ".".join(map(str, path[2:]))
        group = key.lstrip("+").partition("@")[0]
        if not isinstance(value, str | list) or not composer.is_group(group):
            values.append(Setting(key.lstrip("+"), value, False, key.startswith("+"), path))
        elif wrong := list(choice_problems(group, value, composer)):
            problems += [replace(problem, path=path) for problem in wrong]
        else:
            groups.append(choice_override(key, value))
    if problems:
        raise SpecError(problems)
    return tuple(groups), tuple(values)
