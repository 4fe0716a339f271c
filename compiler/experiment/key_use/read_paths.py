"""Find the keys of a config that a training reads: those of its objects, and those that these refer to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compiler.base.nested import Keys, leaves

# Top-level keys that a training, a build or a report reads.
KNOWN_KEYS = frozenset(
    {
        *("data", "model", "trainer", "callbacks", "logger", "seed", "compile", "test_weights"),
        *("experiment", "resources", "tracking", "agents", "hydra"),
        *("cmd", "metrics_file", "history_file"),
        *(
            "train",
            "test",
            "ckpt_path",
            "optimized_metric",
            "extras",
            "task_name",
            "tags",
            "paths",
            "identity",
            "limits",
            "collaboration",
        ),
    }
)
_ABSENT = object()
_NAME = re.compile(r"\.*[\w$@-]+(?:[.\[][\w$@-]+\]?)*")


def read_paths(config: Mapping[str, Any], known_keys: Collection[str]) -> frozenset[Keys]:
    """Return the paths of the values that are read. Everything inside such a value is read as well.

    A key beside the known keys is read if an interpolation in a value that is read refers to it.
    """
    pending: list[Keys] = [(key,) for key in config if key in known_keys]
    read: set[Keys] = set()
    while pending:
        path = pending.pop()
        if any(path[:length] in read for length in range(1, len(path) + 1)):
            continue
        read.add(path)
        for leaf_path, value in leaves(_value_at(config, path), path):
            pending += _references(config, leaf_path, value)
    return frozenset(read)


def _references(config: Mapping[str, Any], path: Keys, value: Any) -> Iterator[Keys]:
    """Yield the paths of the config that an interpolation may refer to: every name in it that is such a path."""
    if not isinstance(value, str) or "${" not in value:
        return
    for name in _NAME.findall(value[value.index("${") :]):
        stripped = name.lstrip(".")
        parents = path[: len(path) - (len(name) - len(stripped))] if name.startswith(".") else ()
        target = (*parents, *_keys(stripped))
        while len(target) > len(parents) and _value_at(config, target) is _ABSENT:
            target = target[:-1]  # the rest of the name may belong to the value that another reference gives
        if len(target) > len(parents):
            yield target


def _keys(name: str) -> Iterator[str | int]:
    for part in re.split(r"[.\[]", name):
        text = part.rstrip("]")
        yield int(text) if text.isdecimal() else text


def _value_at(config: Any, path: Keys) -> Any:
    for key in path:
        is_index = isinstance(config, list) and isinstance(key, int) and key < len(config)
        if not is_index and not (isinstance(config, Mapping) and key in config):
            return _ABSENT
        config = config[key]
    return config
