"""Prefix the figures and tables of an analysis with its analyst's name, so that a report can contain several."""

from __future__ import annotations

import re
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.documents.placeholders import Placeholder, fill_placeholders
from compiler.base.nested import with_leaves


def with_namespaced_exhibits(analysis: Analysis) -> Analysis:
    """Return the analysis with the analyst's name in the ids of its exhibits and in all references to them."""
    exhibit_ids = {table.id for table in analysis.tables} | {figure.id for figure in analysis.figures}
    prefix = re.sub(r"[^a-z0-9]+", "-", analysis.analyst.lower()).strip("-") or "analyst"
    content = analysis.model_dump()
    for exhibit in (*content["tables"], *content["figures"]):
        exhibit["id"] = f"{prefix}-{exhibit['id']}"

    def rename(leaf: Any) -> Any:
        is_template = isinstance(leaf, str) and "{{" in leaf
        return (
            fill_placeholders(leaf, lambda placeholder: _reference(placeholder, leaf, exhibit_ids, prefix))
            if is_template
            else leaf
        )

    return Analysis.model_validate(with_leaves(content, rename))


def _reference(placeholder: Placeholder, text: str, exhibit_ids: set[str], prefix: str) -> str:
    is_own_exhibit = placeholder.kind == "ref" and placeholder.name in exhibit_ids
    return f"{{{{ref:{prefix}-{placeholder.name}}}}}" if is_own_exhibit else text[placeholder.start : placeholder.end]
