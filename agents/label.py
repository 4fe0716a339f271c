"""How a level of a swept parameter is called: the name that facts, tables and texts share."""

from __future__ import annotations

from typing import Any

import rfc8785


def label(value: Any) -> str:
    """A level as people write it: 0.1, 1e-1 and 0.10 are one level. Text stays as it is, the rest is RFC 8785."""
    return value if isinstance(value, str) else rfc8785.dumps(value).decode()
