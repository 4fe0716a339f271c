"""What the training core and the scheduler read of every config, whatever its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.errors import Problem, did_you_mean
from compiler.writable import MISSING

OBJECTS = ("data", "model", "trainer")
RESOURCES = {"cpus": 1, "mem_mb": 2000, "runtime": 60, "gpus": 0}
_LARGEST_SEED = 2**32 - 1  # numpy takes no other
_LEAST = {"cpus": 1, "mem_mb": 1, "runtime": 1, "gpus": 0}


def core_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the keys that every training needs."""
    for key in OBJECTS:
        node = config.get(key)
        if node != MISSING and (not isinstance(node, Mapping) or "_target_" not in node):
            yield Problem((key,), "must be a mapping with a _target_, the class to build")
    seed: Any = config.get("seed")
    if seed != MISSING and (not _is_whole(seed) or not 0 <= seed <= _LARGEST_SEED):
        yield Problem(("seed",), f"must be a whole number from 0 to {_LARGEST_SEED}, got {seed!r}")
    yield from _resource_problems(config.get("resources", {}))


def resources(config: Mapping[str, Any]) -> dict[str, int]:
    """What one training asks of the machine."""
    return RESOURCES | dict(config.get("resources") or {})


def _resource_problems(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield Problem(("resources",), f"must be a mapping, got {given!r}")
        return
    for key, value in given.items():
        if key not in RESOURCES:
            yield Problem(("resources", key), f"unknown resource '{key}'", did_you_mean(str(key), RESOURCES))
        elif value != MISSING and (not _is_whole(value) or value < _LEAST[key]):
            yield Problem(("resources", key), f"must be a whole number from {_LEAST[key]}, got {value!r}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
