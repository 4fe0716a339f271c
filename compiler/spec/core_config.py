"""Validate the config keys that do not depend on the model: objects, seed, resources and agents."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.fusion.setting import fuse_key_problems
from compiler.parsing.json_values import MISSING
from compiler.python_source.function_check import function_problems
from compiler.python_source.signatures import Signatures
from compiler.python_source.training_kind import training_kind
from compiler.spec.command_config import command_problems
from compiler.spec.data_group.problems import declaration_problems
from compiler.spec.resources import Resources
from compiler.spec.training_keys import training_key_problems
from compiler.spec.trial_settings import trial_flag_problems
from compiler.tracking.keys import tracking_problems

OBJECTS = ("data", "model", "trainer")
RESOURCES = Resources().to_json()
_MAX_SEED = 2**32 - 1  # the largest seed that numpy accepts
_MINIMUMS = {"cpus": 1, "mem_mb": 1, "runtime": 1, "pack": 1}
_NAME = re.compile(r"[A-Za-z0-9_.,:/@+-]+")  # SLURM accepts several names, separated by commas


def core_problems(config: Mapping[str, Any], signatures: Signatures) -> Iterator[Problem]:
    """Yield problems of the keys that every training of its kind needs. Only Lightning needs all three objects."""
    yield from function_problems(config, signatures)
    kind = training_kind(config, signatures.definitions)
    yield from trial_flag_problems(config)
    if kind == "command":
        yield from command_problems(config)
    for key in OBJECTS if kind == "lightning" else ():
        node = config.get(key)
        if node != MISSING and (not isinstance(node, Mapping) or "_target_" not in node):
            yield Problem((key,), "must be a mapping with a _target_, the class to build")
    yield from declaration_problems(config, signatures)
    seed: Any = config.get("seed")
    if seed != MISSING and (not _is_whole(seed) or not 0 <= seed <= _MAX_SEED):
        yield Problem(("seed",), f"must be a whole number from 0 to {_MAX_SEED}, got {seed!r}")
    yield from _resource_problems(config.get("resources", {}))
    yield from _limit_problems(config.get("limits"))
    yield from _agents_problems(config.get("agents") or {})
    yield from tracking_problems(config)
    yield from training_key_problems(config)
    yield from fuse_key_problems(config)
    options = config.get("compile")
    if options not in (None, MISSING) and not isinstance(options, Mapping):
        hint = "write compile: {} to compile the model, or delete the key"
        yield Problem(("compile",), f"takes a mapping of arguments for torch.compile, got {options!r}", hint)


def _agents_problems(node: Any) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        yield Problem(("agents",), f"must be a mapping, got {node!r}")
        return
    from compiler.spec.agent_settings import SettingsError, parse_settings  # imported late, because it needs pydantic

    try:
        parse_settings(node)
    except SettingsError as error:
        for problem in error.problems:
            yield Problem(("agents", *problem.path), problem.problem, problem.hint)


def _limit_problems(node: Any) -> Iterator[Problem]:
    if node is None or node == MISSING:
        return
    if not isinstance(node, Mapping) or set(node) - {"hours"}:
        yield Problem(
            ("limits",), "takes only hours, the hours of training above which a build asks", "rename a key of yours"
        )
        return
    hours = node.get("hours")
    if hours not in (None, MISSING) and not (
        isinstance(hours, (int, float)) and not isinstance(hours, bool) and hours > 0
    ):
        yield Problem(("limits", "hours"), f"must be a positive number, or null, got {hours!r}")


def _resource_problems(node: Any) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        yield Problem(("resources",), f"must be a mapping, got {node!r}")
        return
    for key, value in node.items():
        if key not in RESOURCES:
            yield Problem(("resources", key), f"unknown resource '{key}'", did_you_mean(str(key), RESOURCES))
        elif value != MISSING and (message := _resource_message(key, value)):
            yield Problem(("resources", key), f"{message}, got {value!r}")


def _resource_message(key: str, value: Any) -> str:
    """Return the requirement that the value of a resource violates, or an empty text if it is valid."""
    if key in _MINIMUMS:
        return "" if _is_whole(value) and value >= _MINIMUMS[key] else f"must be a whole number from {_MINIMUMS[key]}"
    if key == "gpus":
        is_share = isinstance(value, float) and 0 < value < 1
        return "" if is_share or (_is_whole(value) and value >= 0) else "must be a whole number, or a share below 1"
    if key == "checkpoint_minutes":
        is_number = _is_whole(value) or isinstance(value, float)
        return "" if is_number and 0 <= value < math.inf else "must be a number of minutes from 0"
    return "" if value is None or (isinstance(value, str) and _NAME.fullmatch(value)) else "must be a name, or null"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
