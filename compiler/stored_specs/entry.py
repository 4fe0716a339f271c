"""Convert a compiled spec to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from compiler.base.identity import NotCanonical, canonical
from compiler.experiment.experiment import Experiment
from compiler.experiment.planned_point import PlannedPoint
from compiler.runs.toolchain import Run, Toolchain
from compiler.spec.parse_spec import parse_spec

Compiled = tuple[Experiment, dict[str, Run]]
_PARSED = ("spec", "deliverables")  # their schema validates them again
_NOT_STORED = ("search", "seeds")  # they also depend on the runs of the lab


def to_json(compiled: Compiled, tools: Toolchain) -> dict[str, Any] | None:
    """Return a compiled spec as JSON, or None if it could not be restored exactly."""
    experiment, runs = compiled
    if any(getattr(experiment, name) is not None for name in _NOT_STORED):
        return None
    names = {field.name for field in fields(Experiment)} - {*_PARSED, *_NOT_STORED, "points"}
    entry = {
        "spec": experiment.spec.model_dump(mode="json", exclude_unset=True),
        "points": [point.to_json() for point in experiment.points],
        "fields": {name: _plain(getattr(experiment, name)) for name in sorted(names)},
        "runs": [{field.name: _plain(getattr(run, field.name)) for field in fields(Run)} for run in runs.values()],
    }
    return entry if _is_exact(entry, compiled, tools) else None


def from_json(entry: Mapping[str, Any], tools: Toolchain) -> Compiled:
    """Return a compiled spec.

    Raises:
        SpecError: A type of deliverable has changed, so the spec has to be compiled again.
    """
    spec, deliverables = parse_spec(entry["spec"], entry["spec"]["experiment_id"], tools.types.find)
    stored: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry["fields"].items()
    }
    points = tuple(map(PlannedPoint.from_json, entry["points"]))
    experiment = Experiment(spec=spec, deliverables=deliverables, points=points, **stored)
    return experiment, {run["id"]: Run(**run) for run in entry["runs"]}


def _is_exact(entry: dict[str, Any], compiled: Compiled, tools: Toolchain) -> bool:
    """Return whether an entry gives exactly the compiled spec: 1, 1.0 and true differ."""
    experiment, runs = from_json(entry, tools)
    if (experiment, runs) != compiled:
        return False
    try:
        return canonical(_values(experiment, runs)) == canonical(_values(*compiled))
    except NotCanonical:
        return False


def _values(experiment: Experiment, runs: Mapping[str, Run]) -> list[Any]:
    specs = [replace(experiment, spec=None, deliverables=(), points=())]  # type: ignore[arg-type]
    points = [point.to_json() for point in experiment.points]
    return [[_plain(value) for item in (*specs, *runs.values()) for value in vars(item).values()], points]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
