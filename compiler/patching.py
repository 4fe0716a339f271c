"""Point settings laid into a composed config: a thousand times cheaper than composing every point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.compose import resolved
from compiler.errors import Problem, SpecError, did_you_mean
from compiler.sweep import Setting
from compiler.tree import leaves

MISSING = "???"


def patched(config: dict[str, Any], settings: Iterable[Setting]) -> dict[str, Any]:
    """The config with the settings laid in, sharing all that they do not touch. A mapping is merged, as Hydra does.

    Raises:
        SpecError: a setting names a key that is not there.
    """
    for setting in settings:
        config = _with(config, setting.key.split("."), setting, setting.key)
    return config


def plain(config: dict[str, Any], has_interpolations: bool) -> dict[str, Any]:
    """The resolved config of one run, without its spec.

    Raises:
        SpecError: an interpolation cannot be resolved, or a value is still missing.
    """
    values = resolved(config) if has_interpolations else dict(config)
    values.pop("experiment", None)
    missing = [path for path, value in leaves(values) if value == MISSING]
    if missing:
        raise SpecError([Problem(path, "has no value yet ('???')") for path in missing])
    return values


def _with(config: dict[str, Any], keys: list[str], setting: Setting, name: str) -> dict[str, Any]:
    key, *rest = keys
    if key not in config and not setting.add:
        hint = did_you_mean(key, map(str, config)) or f"write +{name} to add it"
        raise SpecError([Problem(setting.at, f"the config has no key '{name}'", hint)])
    old = config.get(key)
    if not rest:
        merged = (
            {**old, **setting.value} if isinstance(old, dict) and isinstance(setting.value, dict) else setting.value
        )
        return {**config, key: merged}
    if old is None and setting.add:
        old = {}
    if not isinstance(old, dict):
        raise SpecError([Problem(setting.at, f"the config has no key '{name}': '{key}' is a value, not a mapping")])
    return {**config, key: _with(old, rest, setting, name)}
