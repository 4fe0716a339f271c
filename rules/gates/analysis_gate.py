"""Decide the gate of the analysis: every planned analysis exists, and no passage in it lacks a fact or verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rules.gates.gate import Gate, decide

_WHY = "every planned analysis and their integration are written, reviewed and without objections"


def analysis_gate(reviews: Mapping[str, Any], planned: Iterable[str]) -> Gate:
    """Return the gate.

    Args:
        reviews: the content of `quality_review.json`.
        planned: the names of the analyses that the spec asks for.
    """
    documents = reviews["documents"]
    reasons = {title: _objections(documents[title]) for title in documents}
    missing = {title: "not reviewed" for title in (*planned, "integration") if title not in documents}
    return decide("analysis", reasons | missing, __name__, _WHY)


def passages_without_support(count: int) -> str:
    """Return the reason why a document with objections does not pass."""
    return f"{count} passage{'' if count == 1 else 's'} that no fact or verdict supports"


def _objections(document: Mapping[str, Any]) -> str:
    count = len(document["objections"])
    return passages_without_support(count) if count else ""
