"""Define the series of one metric over the epochs of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agents.facts.fact import SCHEMA_VERSION, Source


@dataclass(frozen=True)
class Series:
    """The logged values of one metric. `values[i]` was logged at the end of epoch `epochs[i]`."""

    subject: str  # run[POINT]
    metric: str
    epochs: tuple[int, ...]
    values: tuple[float, ...]  # may contain NaN and infinities, because diverged runs are kept
    source: Source

    def to_json(self) -> dict[str, Any]:
        values = [value if abs(value) < float("inf") else str(value) for value in self.values]
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "epochs": list(self.epochs), "values": values}


def series_from_json(line: Mapping[str, Any]) -> Series:
    values, epochs = tuple(map(float, line["values"])), tuple(line["epochs"])
    return Series(line["subject"], line["metric"], epochs, values, Source(**line["source"]))
