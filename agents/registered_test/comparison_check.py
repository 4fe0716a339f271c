"""Check a `comparison` deliverable: sort the runs into arms and carry out the registered test."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.facts.ids import label
from agents.registered_test.comparison import registered_test
from agents.registered_test.decision import compare
from agents.registered_test.sentences import hypothesis_statement


@dataclass(frozen=True)
class ArmValues:
    """The values by level and unit, and notes on points that were not used."""

    values: dict[str, dict[str, float | None]]
    notes: tuple[str, ...]


def check_experiment(
    spec_compare: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]
) -> tuple[bool, str, dict[str, Any]]:
    """Return whether the test could be carried out, a sentence with its result, and the comparison as JSON.

    `runs` holds {run_id, levels: {overridden key: value}, metrics: {name: number}} for each point, with metrics None
    for a failed run. The check passes for every verdict except untestable, because the deliverable is the test and not
    a supported hypothesis. Raises UnusableTest.
    """
    test = registered_test(spec_compare)
    arms = values_by_arm(runs, test.factor, test.metric)
    comparison = compare(test, arms.values)
    comparison = replace(comparison, notes=comparison.notes + arms.notes)
    reason = hypothesis_statement(comparison).sentence
    return comparison.verdict != "untestable", f"{comparison.verdict}: {reason}", comparison.to_json(reason)


def values_by_arm(runs: Iterable[Mapping[str, Any]], factor: str, metric: str) -> ArmValues:
    """Sort values by level of the factor and by unit. A unit consists of the other overrides of a point.

    If a run or a unit occurs again, the first occurrence is used.
    """
    values: dict[str, dict[str, float | None]] = {}
    used_runs: set[str] = set()
    repeated = without_factor = without_value = 0
    for run in runs:
        levels = run["levels"]
        if factor not in levels:
            without_factor += 1
            continue
        units = values.setdefault(label(levels[factor]), {})
        unit = unit_key(levels, factor)
        if run["run_id"] in used_runs or unit in units:
            repeated += 1
            continue
        used_runs.add(run["run_id"])
        units[unit] = _finite_number(run["metrics"], metric)
        without_value += run["metrics"] is not None and units[unit] is None
    count_by_problem = {
        f"do not set {factor} and belong to no arm": without_factor,
        "share a run or a unit already counted and are used once": repeated,
        f"completed without a finite {metric} and count as failed": without_value,
    }
    return ArmValues(values, tuple(f"{n} point(s) {problem}" for problem, n in count_by_problem.items() if n))


def unit_key(levels: Mapping[str, Any], factor: str) -> str:
    """Return the settings that a run shares with its counterparts in other arms, such as `seed=3`."""
    return ",".join(f"{key}={label(levels[key])}" for key in sorted(levels) if key != factor)


def _finite_number(metrics: Mapping[str, Any] | None, metric: str) -> float | None:
    value = None if metrics is None else metrics.get(metric)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
