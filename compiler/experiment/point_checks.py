"""What can be wrong with the points of an experiment, one by one and together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.identity import canonical
from compiler.base.nested import Keys, leaves
from compiler.composing.setting import Setting
from compiler.python_source.signatures import Signatures
from compiler.python_source.target_check import target_problems
from compiler.spec.core_config import core_problems
from compiler.spec.schema import Spec
from compiler.sweep.points import Point

_REFERENCE = re.compile(r"\$\{\s*([\w.]+)\s*\}")


def value_problems(config: dict[str, Any], setting: Setting, signatures: Signatures) -> Iterator[Problem]:
    """What the class that takes a swept value has against it, or the training core."""
    keys = setting.key.split(".")
    owner: Any = config
    for key in keys[:-1]:
        owner = owner.get(key) if isinstance(owner, dict) else None
    found = list(core_problems(config)) if len(keys) == 1 else []
    if isinstance(owner, dict) and "_target_" in owner:
        found += target_problems(owner, signatures)
    yield from (Problem(setting.at, one.problem, one.hint) for one in found if one.path[:1] == (keys[-1],))


def unsettled(config: Mapping[str, Any], given: Mapping[str, Any], swept: frozenset[str]) -> Iterator[Problem]:
    """Interpolations in a sweep of what is swept: they would take the value from before the sweep.

    Args:
        config: as composed, interpolations and all.
        given: the spec with values in their place; what is not in its sweep was taken out.
    """
    spec = config.get("experiment")
    for name in ("sweep", "search"):
        node = spec.get(name) if isinstance(spec, Mapping) else None
        kept = given.get(name) or ()
        for path, text in leaves(node, ("experiment", name)) if isinstance(node, Mapping) else ():
            for key in _REFERENCE.findall(text) if isinstance(text, str) and path[2] in kept else ():
                if key in swept:
                    hint = "set the value outside the sweep, where every point resolves it"
                    yield Problem(path, f"takes '{key}', which is swept itself", hint)


def comparison_problems(spec: Spec, swept: tuple[Point, ...]) -> Iterator[Problem]:
    """A comparison names a swept factor, and levels that the sweep has."""
    if spec.compare is None or not swept:
        return
    at: Keys = ("experiment", "compare")
    factor = spec.compare.factor
    values = [point.overrides[factor] for point in swept if factor in point.overrides]
    levels = {canonical(value): value for value in values}
    if len(levels) < 2:
        told = f"'{factor}' has one level" if levels else f"'{factor}' is not swept"
        yield Problem((*at, "factor"), f"{told}, so there is nothing to compare")
        return
    hint = f"levels: {', '.join(map(repr, levels.values()))}"
    given = {"control": spec.compare.control, "treatment": spec.compare.treatment}
    for field, level in given.items():
        if canonical(level) not in levels and not (field == "treatment" and level is None):
            yield Problem((*at, field), f"{level!r} is not a level of '{factor}'", hint)
    if given["treatment"] is not None and canonical(given["control"]) == canonical(given["treatment"]):
        yield Problem((*at, "treatment"), f"{given['treatment']!r} is the control", hint)
