"""Load an analyst by its name in a spec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from agents.analysis.analysis_schema import Analysis
from agents.analysis.entry_points import load_function
from agents.analysis.tasks import Task
from agents.context.case import Case

Analyse = Callable[[Case, Task, Path], Analysis]
"""A function from a case and a task to an analysis. The path is the folder for figures, which need not exist yet."""


def load_analyst(name: str) -> Analyse:
    """Return the function of the analyst. Raises UnknownName if there is none or it cannot be imported."""
    return cast(Analyse, load_function("analysis_pipeline", name))
