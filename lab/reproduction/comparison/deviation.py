"""Define how the outputs of two trainings differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from compiler.reproduction.reproduction import Result

Part = Literal["metrics", "predictions", "weights"]


@dataclass(frozen=True)
class Deviation:
    """One value or file that differs. `is_close`: the difference is within the tolerance."""

    text: str
    is_close: bool

    def __str__(self) -> str:
        return f"{self.text} (within the tolerance)" if self.is_close else self.text


@dataclass(frozen=True)
class FileComparison:
    """The comparison of one file: how many values or tensors it has, and which of them differ."""

    count: int
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The comparison of all outputs. `compared` has the number of values of each part, or of failures."""

    compared: Mapping[str, int] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        if not sum(self.compared.values()) and not self.deviations:
            return "not_reproducible"
        if not self.deviations:
            return "identical"
        return "within_tolerance" if all(deviation.is_close for deviation in self.deviations) else "different"
