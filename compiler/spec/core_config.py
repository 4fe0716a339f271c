"""What the training core and the scheduler read of every config, whatever its model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.parsing.json_values import MISSING
from compiler.spec.resources import Resources

OBJECTS = ("data", "model", "trainer")
RESOURCES = Resources().to_json()
_LARGEST_SEED = 2**32 - 1  # numpy takes no other
_LEAST = {"cpus": 1, "mem_mb": 1, "runtime": 1, "gpus": 0, "pack": 1}
_NAME = re.compile(r"[A-Za-z0-9_.,:/@+-]+")  # SLURM takes several with commas


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
    yield from _agents_problems(config.get("agents") or {})


def _agents_problems(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield Problem(("agents",), f"must be a mapping, got {given!r}")
        return
    from compiler.spec.agent_settings import SettingsError, parse_settings  # whoever only schedules needs no pydantic

    try:
        parse_settings(given)
    except SettingsError as error:
        yield from (Problem(("agents", *one.path), one.problem, one.hint) for one in error.problems)


def _resource_problems(given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield Problem(("resources",), f"must be a mapping, got {given!r}")
        return
    for key, value in given.items():
        if key not in RESOURCES:
            yield Problem(("resources", key), f"unknown resource '{key}'", did_you_mean(str(key), RESOURCES))
        elif value != MISSING and (told := _resource_problem(key, value)):
            yield Problem(("resources", key), f"{told}, got {value!r}")


def _resource_problem(key: str, value: Any) -> str:
    if key in _LEAST:
        return "" if _is_whole(value) and value >= _LEAST[key] else f"must be a whole number from {_LEAST[key]}"
    if key == "checkpoint_minutes":
        is_minutes = _is_whole(value) or isinstance(value, float)
        return "" if is_minutes and 0 <= value < math.inf else "must be a number of minutes from 0"
    return "" if value is None or (isinstance(value, str) and _NAME.fullmatch(value)) else "must be a name, or null"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
