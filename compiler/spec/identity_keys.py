"""Check `identity: {ignore: […]}`, which excludes keys from the run id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import flat
from compiler.parsing.json_values import MISSING

# Keys whose values a training reads. If they were ignored, different trainings would be one run.
_READ_BY_TRAININGS = frozenset(
    {"data", "model", "trainer", "callbacks", "seed", "compile", "test_weights", "train", "test", "ckpt_path"}
)


def identity_problems(
    config: Mapping[str, Any], swept_keys: Collection[str], *, is_read_by_function: bool
) -> Iterator[Problem]:
    """Yield the problems of the keys that a config excludes from the run id.

    Args:
        swept_keys: the keys that differ between the runs of the experiment.
        is_read_by_function: whether a training function gets the complete config, so that it can read any key.
    """
    node = config.get("identity")
    if node in (None, MISSING):
        return
    keys = node.get("ignore") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or set(node) - {"ignore"} or not isinstance(keys, list):
        yield Problem(("identity",), f"must be a mapping with a list of keys, got {node!r}", "write ignore: [notes]")
        return
    if keys and is_read_by_function:
        problem = "no key can be ignored, because the training function has a parameter `config` and can read all"
        yield Problem(("identity", "ignore"), problem, "delete the parameter, or let the keys count")
        return
    for index, key in enumerate(keys):
        problem, hint = _problem_and_hint(key, config, swept_keys)
        if problem:
            yield Problem(("identity", "ignore", index), problem, hint)


def _problem_and_hint(key: Any, config: Mapping[str, Any], swept_keys: Collection[str]) -> tuple[str, str]:
    if not isinstance(key, str) or not key:
        return f"must be a key, got {key!r}", ""
    if key.split(".")[0] in _READ_BY_TRAININGS:
        return f"'{key}' cannot be ignored, because a training reads it", "only keys that no training reads can be"
    all_keys = {prefix for leaf in flat(config) for prefix in _prefixes(leaf)}
    if key not in all_keys:
        return f"the config has no key '{key}'", did_you_mean(key, config)
    swept = next((swept for swept in swept_keys if f"{swept}.".startswith(f"{key}.")), None)
    return (f"'{swept}' is swept, and all its points would be one run", "") if swept else ("", "")


def _prefixes(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
