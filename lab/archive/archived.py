"""Define the outcome of archiving experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Archived:
    """The outcome: the archived experiments, how many runs they have, and why the others are not archived.

    `changed` are the pointers that were written, relative to the lab. `unfinished` experiments need a build. `refused`
    ones have a problem: their files were changed, or a build is writing them. `failed` counts the failed runs.
    """

    experiments: tuple[str, ...] = ()
    runs: int = 0
    changed: tuple[str, ...] = ()
    unfinished: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "archived": list(self.experiments),
            "runs": self.runs,
            "changed_pointers": list(self.changed),
            "unfinished": dict(self.unfinished),
            "refused": dict(self.refused),
            "failed_runs": dict(self.failed),
        }
