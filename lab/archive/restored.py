"""Define the outcome of restoring runs and experiments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Restored:
    """The outcome: restored runs and experiments, what was there already, and what could not be restored and why.

    `other_code` are missing runs whose archived version was trained with other code than the current one.
    """

    runs: list[str] = field(default_factory=list)
    experiments: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    other_code: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "runs": self.runs,
            "experiments": self.experiments,
            "present_runs": self.present,
            "runs_of_other_code": self.other_code,
            "problems": self.problems,
        }
