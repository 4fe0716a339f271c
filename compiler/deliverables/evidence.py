"""What a check is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """One finished run, as its deliverables are checked against it."""

    run_id: str
    folder: Path  # results/runs/<run id>
    config: Mapping[str, Any]  # as compiled, not as the run says
    data: Mapping[str, str]  # tracked path -> hash, as compiled


@dataclass(frozen=True)
class Finding:
    """Whether the deliverable holds for one run, and the sentence that says why."""

    holds: bool
    detail: str
