"""Load the writer of a report by the name of the report in a spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from agents.analysis.analysis_schema import Analysis
from agents.analysis.entry_points import load_function
from agents.context.case import Case
from agents.documents.document import Document

Writer = Callable[[Case, Sequence[Analysis], Mapping[str, Any] | None], Document]
"""A function from a case, its analyses and their integration (integration.json, None without one) to a document."""


def load_writer(name: str) -> Writer:
    """Return the function of the writer. Raises UnknownName if there is none or it cannot be imported."""
    return cast(Writer, load_function("reports", name))
