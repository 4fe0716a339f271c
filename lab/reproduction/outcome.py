"""Define what the trainings of a reproduction gave, before it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.reproduction.reproduction import Difference, Machine, Result


@dataclass(frozen=True)
class Outcome:
    """The fields of a `Reproduction` that depend on the trainings."""

    result: Result
    cause: Difference | None = None
    trainings: int = 0
    compared: Mapping[str, int] = field(default_factory=dict)
    deviations: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    repeated_provenance: str | None = None
    machine: Machine | None = None
