"""One key of a point and its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.base.nested import Keys


@dataclass(frozen=True)
class Setting:
    """One key of a point. `add` is Hydra's `+`: the key may be new."""

    key: str
    value: Any
    is_group: bool
    add: bool
    at: Keys  # where the spec says so
