"""Prepare values for the JSON files of a run: add the schema version and replace numbers that JSON cannot represent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from compiler.base.nested import with_leaves

SCHEMA_VERSION = 1


def json_document(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with a `schema_version`. NaN and infinity, which a diverged run contains, become None."""
    return {"schema_version": SCHEMA_VERSION, **with_leaves(content, _none_if_not_finite)}


def _none_if_not_finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
