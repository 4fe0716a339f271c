"""Point settings laid into a composed config: a thousand times cheaper than composing every point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.composing.interpolation import Resolver
from compiler.composing.setting import Setting
from compiler.parsing.json_values import missing_values, unwritable_values


def with_settings(config: dict[str, Any], settings: Iterable[Setting]) -> dict[str, Any]:
    """The config with the settings laid in, sharing all that they do not touch. A mapping is merged, as Hydra does.

    Raises:
        SpecError: a setting names a key that is not there.
    """
    for setting in settings:
        config = _with(config, setting.key.split("."), setting, setting.key)
    return config


def plain(config: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    """The resolved config of one run, without its spec.

    Raises:
        SpecError: an interpolation cannot be resolved, a value is still missing, or none that can be written down.
    """
    values = resolver.values(config)
    problems = [*missing_values(values), *unwritable_values(values)]
    if problems:
        raise SpecError(problems)
    return values


def _with(config: dict[str, Any], keys: list[str], setting: Setting, name: str) -> dict[str, Any]:
    key, *rest = keys
    if key not in config and not setting.add:
        hint = did_you_mean(key, map(str, config)) or f"write +{name} to add it"
        raise SpecError([Problem(setting.at, f"the config has no key '{name}'", hint)])
    old = config.get(key)
    if not rest:
        return {**config, key: _merged(old, setting, name)}
    if old is None and setting.add:
        old = {}
    if not isinstance(old, dict):
        raise SpecError([Problem(setting.at, f"the config has no key '{name}': '{key}' is a value, not a mapping")])
    return {**config, key: _with(old, rest, setting, name)}


def _merged(old: Any, setting: Setting, name: str) -> Any:
    """A mapping laid into a mapping, key by key; anything else takes the place of what was there."""
    if not isinstance(old, dict) or not isinstance(setting.value, dict):
        return setting.value
    for key, value in setting.value.items():
        old = _with(old, [key], replace(setting, value=value), f"{name}.{key}")
    return old
