"""Write levels and settings as text, and make texts valid in fact ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rfc8785

_NOT_IN_IDS = re.compile(r"[\s{}]+")


def label(level: Any) -> str:
    """Return a level as text. Values other than strings become canonical JSON (RFC 8785), so 0.10 and 1e-1 give 0.1."""
    return level if isinstance(level, str) else rfc8785.dumps(level).decode()


def id_part(name: str) -> str:
    """Return a name as part of an id: white space and braces become `_`, because placeholders end at a brace."""
    return _NOT_IN_IDS.sub("_", name)


def level_key(levels: Mapping[str, Any]) -> str:
    """Return settings sorted by name, such as `model.lr=0.01,trainer.max_epochs=5`, or `all` if there are none."""
    return id_part(",".join(f"{key}={label(levels[key])}" for key in sorted(levels))) or "all"
