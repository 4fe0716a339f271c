"""Define a file that was meant as a record, such as a decision or a reproduction, but is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DamagedFile:
    """A file that is no valid record, and therefore counts for nothing. `file` is relative to the lab."""

    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}; it counts for nothing"
