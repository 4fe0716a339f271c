"""Define the report of a port: a line for each file, and for each key of the main config that a lab reads otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["taken", "changed", "left"]


@dataclass(frozen=True)
class ReportLine:
    """What became of a file or a key. `detail` states why, or what replaces it."""

    outcome: Outcome
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.outcome:8}{self.name}" + (f": {self.detail}" if self.detail else "")


def report_text(lines: list[ReportLine]) -> str:
    """Return the report with its counts in the last line."""
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in ("taken", "changed", "left")}
    total = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return "\n".join([*map(str, lines), total])
