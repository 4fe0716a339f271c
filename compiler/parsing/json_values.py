"""Values that a plan cannot write down: what is still missing, and what JSON has no word for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys, leaves, nodes

MISSING = "???"


def missing_values(value: Any, at: Keys = ()) -> Iterator[Problem]:
    """Every value that somebody has still to give."""
    for path, leaf in leaves(value, at):
        if leaf == MISSING:
            yield Problem(path, f"has no value yet ('{MISSING}')")


def unwritable_values(value: Any, at: Keys = ()) -> Iterator[Problem]:
    """Every value that would not come back from a JSON file as it was."""
    for path, leaf in nodes(value, at):
        if isinstance(leaf, Mapping):
            for key in leaf:
                if not isinstance(key, str):
                    yield Problem((*path, str(key)), f"a key must be text, got {key!r}")
        elif isinstance(leaf, float) and not math.isfinite(leaf):
            yield Problem(path, f"{leaf} is not a finite number, and a plan holds no other")
        elif leaf is not None and not isinstance(leaf, list | bool | int | float | str):
            yield Problem(path, f"is a {type(leaf).__name__}, not text, number, bool, null, list or mapping")
