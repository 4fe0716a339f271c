"""Define a point of a sweep, for experiments and the plan. Imports only the standard library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """One setting of a sweep and the id of the run that trains it."""

    name: str
    overrides: Mapping[str, Any]
    run: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedPoint:
        return cls(data["name"], data["overrides"], data["run"])

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "overrides": dict(self.overrides), "run": self.run}
