"""A key and the value that it is set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.base.nested import Keys


@dataclass(frozen=True)
class Setting:
    """A key of a point with its value. `add` means Hydra's `+`: the key need not exist."""

    key: str
    value: Any
    is_group: bool
    add: bool
    spec_path: Keys  # the path in the spec where the setting is written
