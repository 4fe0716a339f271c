"""Spell levels and settings in fact ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rfc8785

_NOT_IN_IDS = re.compile(r"[\s{}]+")


def label(level: Any) -> str:
    """Return the text of a level: strings unchanged, other values as RFC 8785, so that 0.1, 1e-1 and 0.10 are equal."""
    return level if isinstance(level, str) else rfc8785.dumps(level).decode()


def plain(name: str) -> str:
    """Replace white space and braces by `_`, because placeholders end at a brace."""
    return _NOT_IN_IDS.sub("_", name)


def level_key(levels: Mapping[str, Any]) -> str:
    """Return settings sorted by name, such as `model.lr=0.01,trainer.max_epochs=5`, or `all` if there are none."""
    return plain(",".join(f"{key}={label(levels[key])}" for key in sorted(levels))) or "all"
