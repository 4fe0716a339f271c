"""Check swept values, and references to swept keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import leaves, value_at
from compiler.composing.setting import Setting
from compiler.python_source.signatures import Signatures
from compiler.python_source.target_check import target_problems
from compiler.spec.core_config import core_problems

_REFERENCE = re.compile(r"\$\{\s*([\w.]+)\s*\}")


def value_problems(config: dict[str, Any], setting: Setting, signatures: Signatures) -> Iterator[Problem]:
    """Yield the problems of one swept value: its class does not accept it, or a check of all trainings rejects it."""
    keys = setting.key.split(".")
    owner: Any = value_at(config, ".".join(keys[:-1])) if len(keys) > 1 else config
    problems = list(core_problems(config, signatures)) if len(keys) == 1 else []
    if isinstance(owner, dict) and "_target_" in owner:
        problems += target_problems(owner, signatures)
    for problem in problems:
        if problem.path[:1] == (keys[-1],):
            yield Problem(setting.spec_path, problem.problem, problem.hint)


def swept_reference_problems(
    config: Mapping[str, Any], fields: Mapping[str, Any], swept_keys: frozenset[str]
) -> Iterator[Problem]:
    """Yield a problem for each interpolation in a sweep that names a swept key, which has several values.

    Args:
        config: the composed config, with its interpolations.
        fields: the resolved spec. Keys that it deletes from an inherited sweep are not in its sweep.
    """
    spec = config.get("experiment")
    for name in ("sweep", "search"):
        node = spec.get(name) if isinstance(spec, Mapping) else None
        compiled_keys = fields.get(name) or ()
        for path, text in leaves(node, ("experiment", name)) if isinstance(node, Mapping) else ():
            for key in _REFERENCE.findall(text) if isinstance(text, str) and path[2] in compiled_keys else ():
                if key in swept_keys:
                    hint = "set the value outside the sweep, where it is resolved for each point"
                    yield Problem(path, f"refers to '{key}', which is swept itself", hint)
