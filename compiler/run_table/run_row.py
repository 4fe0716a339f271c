"""Define a run as a row of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from compiler.base.nested import with_leaves
from compiler.view.status import State

FIXED_COLUMNS = (
    "run",
    "state",
    "experiments",
    "points",
    "orphan",
    "reason",
    "attempt",
    "started_at",
    "completed_at",
    "duration_seconds",
)


@dataclass(frozen=True)
class PointOfRun:
    """A point that names the run, and the experiment that the point belongs to."""

    experiment: str
    name: str
    overrides: Mapping[str, Any] = field(default_factory=dict)


class NamedRun(Protocol):
    """A run with the points that name it."""

    @property
    def run(self) -> str: ...

    @property
    def points_of_run(self) -> tuple[PointOfRun, ...]: ...


@dataclass(frozen=True)
class RunName:
    """The names of a run, which are known without reading its files."""

    run: str
    points_of_run: tuple[PointOfRun, ...]


@dataclass(frozen=True)
class RunRow:
    """A run, planned or stored. `parameters` are the values of its resolved config by dotted key; a list is one value.

    `metrics` are its finite metrics by name. A value that the run does not have yet is None. If the row is listed for
    one experiment, `listed_for` is its id, and only the points of this experiment are shown.
    """

    run: str
    state: State
    reason: str = ""
    points_of_run: tuple[PointOfRun, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    attempt: int | None = None
    started_at: str | None = None
    completed_at: str | None = None
    duration_seconds: float | None = None
    listed_for: str | None = None

    @property
    def experiments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(point.experiment for point in self.points_of_run))

    @property
    def shown_points(self) -> tuple[PointOfRun, ...]:
        return tuple(point for point in self.points_of_run if self.listed_for in (None, point.experiment))

    @property
    def points(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(point.name for point in self.shown_points))

    @property
    def orphan(self) -> bool:
        """Whether no experiment of the lab plans the run."""
        return not self.points_of_run

    def fixed_value(self, name: str) -> Any:
        """Return the value of a column that every run has, one of `FIXED_COLUMNS`."""
        return getattr(self, name)

    def to_json(self) -> dict[str, Any]:
        fixed = {name: self.fixed_value(name) for name in FIXED_COLUMNS}
        lists = {name: list(fixed[name]) for name in ("experiments", "points")}
        content = fixed | lists | {"parameters": dict(self.parameters), "metrics": dict(self.metrics)}
        return {name: with_leaves(value, _json_value) for name, value in content.items()}


def _json_value(value: Any) -> Any:
    """Return a value that JSON can hold: a number that is not finite becomes null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
