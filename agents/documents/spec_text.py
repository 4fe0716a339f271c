"""A value of the spec in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.comparison import label


def spec_text(value: Any) -> str:
    """Lists with commas, numbers as in levels."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(spec_text(one) for one in value)
    return " ".join(label(value).split())
