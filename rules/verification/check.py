"""Define the result of a verification: the checks, their problems, and what was not checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA_VERSION = 1
LIMITS = (
    "Verify compares the files of a lab with each other. If somebody changes a run and computes everything else again,"
    " there is nothing to find. Only a copy outside the lab can show this, such as a git commit that was pushed."
)


@dataclass(frozen=True)
class Check:
    """One kind of check.

    Attributes:
        name: the statement that was checked.
        count: how many things were checked, with their name in `unit`.
        problems: the differences that were found, one line each, which starts with the file.
        notes: what was not checked, and why.
    """

    name: str
    count: int
    unit: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "count": self.count,
            "unit": self.unit,
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Verification:
    checks: Sequence[Check]

    @property
    def holds(self) -> bool:
        return not any(check.problems for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        checks = [check.to_json() for check in self.checks]
        return {"schema_version": SCHEMA_VERSION, "holds": self.holds, "checks": checks, "limits": LIMITS}
