"""An analysis as part of a report: its exhibits under names that no other part of the report has."""

from __future__ import annotations

import re
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.documents.placeholders import Placeholder, fill_placeholders
from compiler.base.nested import with_leaves


def with_namespaced_exhibits(analysis: Analysis) -> Analysis:
    """Its figures and tables, and what refers to them, carry the analyst's name."""
    own = {one.id for one in analysis.tables} | {one.id for one in analysis.figures}
    stem = re.sub(r"[^a-z0-9]+", "-", analysis.analyst.lower()).strip("-") or "analyst"
    content = analysis.model_dump()
    for exhibit in (*content["tables"], *content["figures"]):
        exhibit["id"] = f"{stem}-{exhibit['id']}"
    return Analysis.model_validate(_renamed(content, own, stem))


def _renamed(node: Any, own: set[str], stem: str) -> Any:
    def rename(leaf: Any) -> Any:
        is_template = isinstance(leaf, str) and "{{" in leaf
        return fill_placeholders(leaf, lambda one: _reference(one, leaf, own, stem)) if is_template else leaf

    return with_leaves(node, rename)


def _reference(one: Placeholder, text: str, own: set[str], stem: str) -> str:
    is_own = one.kind == "ref" and one.name in own
    return f"{{{{ref:{stem}-{one.name}}}}}" if is_own else text[one.start : one.end]
