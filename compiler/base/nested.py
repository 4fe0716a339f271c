"""Walk and change nested configs: mappings and lists that contain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Key = str | int
Keys = tuple[Key, ...]
_CONTAINERS = (Mapping, list, tuple)
_SCALARS = (str, int, float, type(None))  # checked first, because checks against abstract classes are slow


def nodes(config: Any, key_path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield the config itself and every value in it, each with its path. A parent comes before its children.

    Paths start with `key_path`, the path of `config` in a larger config.
    """
    yield key_path, config
    if isinstance(config, _SCALARS):
        return
    if isinstance(config, Mapping):
        for key, value in config.items():
            yield from nodes(value, (*key_path, key))
    elif isinstance(config, list | tuple):
        for index, value in enumerate(config):
            yield from nodes(value, (*key_path, index))


def leaves(config: Any, key_path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield every value that is neither a mapping nor a list, with its path. Empty mappings and lists are leaves."""
    return ((path, value) for path, value in nodes(config, key_path) if _is_leaf(value))


def mapping_leaves(config: Mapping[str, Any], key_path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield the values of nested mappings with their paths. A list is one value, and so is an empty mapping."""
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from mapping_leaves(value, (*key_path, key))
        else:
            yield (*key_path, key), value


def flat(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the leaves of a config by dotted key."""
    return {".".join(map(str, path)): value for path, value in leaves(config)}


def with_leaves(config: Any, change: Callable[[Any], Any]) -> Any:
    """Return a copy with `change` applied to every value that is no mapping and no list. Tuples become lists."""
    if isinstance(config, Mapping):
        return {key: with_leaves(value, change) for key, value in config.items()}
    if isinstance(config, list | tuple):
        return [with_leaves(value, change) for value in config]
    return change(config)


def with_value(config: Any, path: Keys, value: Any) -> Any:
    """Return the config with another value at `path`. All other parts are shared and not copied."""
    if not path:
        return value
    key, *rest = path
    changed_child = with_value(config[key], tuple(rest), value)
    if isinstance(config, Mapping):
        return {**config, key: changed_child}
    return [changed_child if index == key else item for index, item in enumerate(config)]


def value_at(config: Any, key: str, default: Any = None) -> Any:
    """Return the value at a dotted key such as `callbacks.0.patience`, or `default` if the config has no such key."""
    for name in key.split("."):
        if isinstance(config, Mapping) and name in config:
            config = config[name]
        elif isinstance(config, list) and name.isdecimal() and int(name) < len(config):
            config = config[int(name)]
        else:
            return default
    return config


def _is_leaf(value: Any) -> bool:
    return isinstance(value, _SCALARS) or not (value and isinstance(value, _CONTAINERS))
