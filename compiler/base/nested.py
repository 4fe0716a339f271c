"""A nested config as its leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Keys = tuple[str | int, ...]


def leaves(config: Any, at: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Every value that is neither mapping nor list, with its path; empty ones count as values."""
    if isinstance(config, Mapping) and config:
        for key, value in config.items():
            yield from leaves(value, (*at, key))
    elif isinstance(config, list) and config:
        for index, value in enumerate(config):
            yield from leaves(value, (*at, index))
    else:
        yield at, config


def flat(config: Mapping[str, Any]) -> dict[str, Any]:
    """A nested config by dotted key."""
    return {".".join(map(str, path)): value for path, value in leaves(config)}


def replaced(config: Any, path: Keys, value: Any) -> Any:
    """A config with another value at a path, sharing all that is beside it."""
    if not path:
        return value
    key, *rest = path
    inside = replaced(config[key], tuple(rest), value)
    if isinstance(config, Mapping):
        return {**config, key: inside}
    return [inside if index == key else item for index, item in enumerate(config)]
