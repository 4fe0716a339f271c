"""Define an observation, one run as the registered test reads it, and derive the observations from points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from agents.facts.ids import label
from agents.registered_test.claims import RegisteredTest


@dataclass(frozen=True)
class Observation:
    """One run of an arm.

    `level` is the label of its level of the factor. `block` holds its settings of the blocking keys, such as
    `data.name=digits`, and is empty without blocks. `unit` holds all settings that the run shares with its counterparts
    in other arms, such as `seed=3`, and `settings` the same by key. `values` are its metrics, None for a run that
    failed or has no finite value.
    """

    run_id: str
    level: str
    block: str
    unit: str
    values: Mapping[str, float | None]
    failure: Literal["run", "machine"] | None = None
    predictions: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def value(self, metric: str) -> float | None:
        return self.values.get(metric)


@dataclass(frozen=True)
class Observations:
    """The runs of all arms, and notes on points that were not used."""

    runs: tuple[Observation, ...]
    notes: tuple[str, ...] = ()


def observe(test: RegisteredTest, points: Iterable[Mapping[str, Any]]) -> Observations:
    """Return one observation for each run, in the order of the points.

    Points hold {run_id, levels: {overridden key: value}, metrics: {name: number}}, with metrics None for a failed run,
    and optionally failure ("run" or "machine") and predictions (the path of a file). If a run or a unit occurs again,
    the first occurrence is used.
    """
    runs: list[Observation] = []
    used_runs: set[str] = set()
    used_units: set[tuple[str, str]] = set()
    repeated = without_factor = 0
    for point in points:
        if test.factor not in point["levels"]:
            without_factor += 1
            continue
        run = _observation(test, point)
        if run.run_id in used_runs or (run.level, run.unit) in used_units:
            repeated += 1
            continue
        used_runs.add(run.run_id)
        used_units.add((run.level, run.unit))
        runs.append(run)
    count_by_problem = {
        f"do not set {test.factor} and belong to no arm": without_factor,
        "share a run or a unit already counted and are used once": repeated,
    } | {
        f"completed without a finite {metric} and count as failed": _without_value(runs, metric)
        for metric in dict.fromkeys(claim.metric for claim in test.claims)
    }
    return Observations(tuple(runs), tuple(f"{n} point(s) {problem}" for problem, n in count_by_problem.items() if n))


def settings_text(settings: Mapping[str, str], keys: Iterable[str]) -> str:
    """Return settings as text, such as `data.name=digits,seed=3`, in the order of the keys."""
    return ",".join(f"{key}={settings[key]}" for key in keys if key in settings)


def _observation(test: RegisteredTest, point: Mapping[str, Any]) -> Observation:
    settings = {key: label(level) for key, level in sorted(point["levels"].items()) if key != test.factor}
    metrics = point["metrics"]
    return Observation(
        run_id=point["run_id"],
        level=label(point["levels"][test.factor]),
        block=settings_text(settings, test.block),
        unit=settings_text(settings, settings),
        values={} if metrics is None else {name: _finite_number(value) for name, value in metrics.items()},
        failure=point.get("failure") or ("run" if metrics is None else None),
        predictions=point.get("predictions"),
        settings=settings,
    )


def _without_value(runs: Sequence[Observation], metric: str) -> int:
    return sum(run.failure is None and run.value(metric) is None for run in runs)


def _finite_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
