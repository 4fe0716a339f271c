"""The input and the result of a deliverable check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FinishedRun:
    """A finished run whose deliverables are checked."""

    run_id: str
    folder: Path  # results/runs/<run id>
    config: Mapping[str, Any]  # from the plan, not from the run's own config.json
    data: Mapping[str, str]  # hash by tracked path, also from the plan


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: whether the run meets the deliverable, and a sentence with the reason."""

    passed: bool
    detail: str
