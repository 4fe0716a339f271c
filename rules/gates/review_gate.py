"""Decide the gate of the quality review: no analysis has a passage that no fact or verdict supports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.gates.gate import Gate, decide


def review_gate(reviews: Mapping[str, Any]) -> Gate:
    """Return the gate for the content of `quality_review.json`."""
    counts = {title: len(document["objections"]) for title, document in reviews["documents"].items()}
    reasons = {title: passages_without_support(count) if count else "" for title, count in counts.items()}
    return decide("quality_review", reasons, __name__)


def passages_without_support(count: int) -> str:
    """Return the reason why a document with objections does not pass."""
    return f"{count} passage{'' if count == 1 else 's'} that no fact or verdict supports"
