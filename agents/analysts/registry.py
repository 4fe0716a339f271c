"""An analyst by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from agents.analysis import Analysis
from agents.case import Case
from agents.coordinator import Task
from agents.named import named

Analyse = Callable[[Case, Task, Path], Analysis]
"""From a case and a task to an analysis. The folder is where figures may be written, and need not exist yet."""


def analyst(name: str) -> Analyse:
    """Raises UnknownName."""
    return cast(Analyse, named("analysis_pipeline", name))
