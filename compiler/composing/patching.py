"""Apply the settings of a point to a composed config, which is about a thousand times faster than composing again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.composing.interpolation import Resolver
from compiler.composing.setting import Setting
from compiler.parsing.json_values import missing_values, unwritable_values


def with_settings(config: dict[str, Any], settings: Iterable[Setting]) -> dict[str, Any]:
    """Return the config with some values changed. Unchanged parts are shared; mappings are merged, as Hydra does.

    Raises:
        SpecError: A setting names a key that the config does not have.
    """
    for setting in settings:
        config = _with_setting(config, setting.key.split("."), setting, setting.key)
    return config


def resolved_config(config: dict[str, Any], resolver: Resolver) -> dict[str, Any]:
    """Return the resolved config of a run, without the `experiment:` node.

    Raises:
        SpecError: An interpolation cannot be resolved, a value is missing, or JSON cannot represent it.
    """
    values = resolver.values(config)
    problems = [*missing_values(values), *unwritable_values(values)]
    if problems:
        raise SpecError(problems)
    return values


def _with_setting(config: dict[str, Any], keys: list[str], setting: Setting, name: str) -> dict[str, Any]:
    """Return a mapping with the value of a key changed.

    Raises:
        SpecError: The mapping has no such key.
    """
    key, *rest = keys
    if key not in config and not setting.add:
        hint = did_you_mean(key, map(str, config)) or f"write +{name} to add it"
        raise SpecError([Problem(setting.spec_path, f"the config has no key '{name}'", hint)])
    old = config.get(key)
    if not rest:
        return {**config, key: _merge(old, setting, name)}
    if old is None and setting.add:
        old = {}
    return {**config, key: _with_child(old, key, rest, setting, name)}


def _with_child(old: Any, key: str, rest: list[str], setting: Setting, name: str) -> Any:
    """Return the value of `key` with a value inside it changed. The keys of a list are its indices.

    Raises:
        SpecError: The value has no such key or index.
    """
    if isinstance(old, dict):
        return _with_setting(old, rest, setting, name)
    if not isinstance(old, list):
        problem = f"the config has no key '{name}': '{key}' is a value, not a mapping"
        raise SpecError([Problem(setting.spec_path, problem)])
    number, *rest = rest
    if not number.isdecimal() or int(number) >= len(old):
        problem = f"the config has no key '{name}': '{key}' is a list of {len(old)} items, counted from 0"
        raise SpecError([Problem(setting.spec_path, problem)])
    index = int(number)
    changed = _with_child(old[index], number, rest, setting, name) if rest else _merge(old[index], setting, name)
    return [*old[:index], changed, *old[index + 1 :]]


def _merge(old: Any, setting: Setting, name: str) -> Any:
    """Merge a mapping into a mapping, key by key. Any other value replaces the old one."""
    if not isinstance(old, dict) or not isinstance(setting.value, dict):
        return setting.value
    for key, value in setting.value.items():
        old = _with_setting(old, [key], replace(setting, value=value), f"{name}.{key}")
    return old
