"""Find config values that a plan cannot contain: missing ones, and those that JSON cannot represent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys, leaves, nodes

MISSING = "???"


def missing_values(value: Any, key_path: Keys = ()) -> Iterator[Problem]:
    """Yield a problem for each value that is still to be set (`???`)."""
    for path, leaf in leaves(value, key_path):
        if leaf == MISSING:
            yield Problem(path, f"has no value yet ('{MISSING}')")


def unwritable_values(value: Any, key_path: Keys = ()) -> Iterator[Problem]:
    """Yield a problem for each key or value that JSON cannot represent, such as nan, a date or a number as key."""
    for path, leaf in nodes(value, key_path):
        if isinstance(leaf, Mapping):
            for key in leaf:
                if not isinstance(key, str):
                    yield Problem((*path, str(key)), f"a key must be text, got {key!r}")
        elif isinstance(leaf, float) and not math.isfinite(leaf):
            yield Problem(path, f"{leaf} is not a finite number")
        elif leaf is not None and not isinstance(leaf, list | bool | int | float | str):
            yield Problem(path, f"is a {type(leaf).__name__}, not text, number, bool, null, list or mapping")
