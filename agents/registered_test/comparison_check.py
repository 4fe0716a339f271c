"""The check behind a `comparison` deliverable: could the registered test be made, and what did it find?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.facts.ids import label
from agents.registered_test.decision import Comparison, RegisteredTest, compare


@dataclass(frozen=True)
class Placed:
    """The runs sorted into arms, and what was set aside on the way."""

    arms: dict[str, dict[str, float | None]]
    notes: tuple[str, ...]


def check_experiment(
    spec_compare: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]
) -> tuple[bool, str, dict[str, Any]]:
    """Whether the test could be made, the sentence that says what came of it, and the comparison as JSON.

    `runs` holds one {run_id, levels: {overridden key: value}, metrics: {name: number} or None} per point, metrics
    None for a failed run. The check holds for every verdict but untestable: what was promised is a test, not that the
    hypothesis is true. Raises UnusableTest for a registration that cannot mean anything.
    """
    test = registered_test(spec_compare)
    placed = place(runs, test.factor, test.metric)
    comparison = _with_notes(compare(test, placed.arms), placed.notes)
    detail = f"{comparison.verdict}: {comparison.reason}"
    return comparison.verdict != "untestable", detail, comparison.to_json()


def registered_test(spec_compare: Mapping[str, Any]) -> RegisteredTest:
    """The `compare` block of a spec, its levels as labels."""
    treatment = spec_compare.get("treatment")
    return RegisteredTest(
        metric=spec_compare["metric"],
        goal=spec_compare["goal"],
        factor=spec_compare["factor"],
        control=label(spec_compare["control"]),
        treatment=None if treatment is None else label(treatment),
        alpha=float(spec_compare.get("alpha", 0.05)),
        minimum_effect=float(spec_compare.get("minimum_effect", 0.0)),
        paired=bool(spec_compare.get("paired", False)),
    )


def place(runs: Iterable[Mapping[str, Any]], factor: str, metric: str) -> Placed:
    """Arms by the factor's value, units by the other overrides. A run or a unit that comes again is one piece of
    evidence: the first is used."""
    arms: dict[str, dict[str, float | None]] = {}
    seen: set[str] = set()
    again = unplaced = silent = 0
    for run in runs:
        levels = run["levels"]
        if factor not in levels:
            unplaced += 1
            continue
        units = arms.setdefault(label(levels[factor]), {})
        unit = unit_key(levels, factor)
        if run["run_id"] in seen or unit in units:
            again += 1
            continue
        seen.add(run["run_id"])
        units[unit] = _number(run["metrics"], metric)
        silent += run["metrics"] is not None and units[unit] is None
    counted = {
        f"do not set {factor} and belong to no arm": unplaced,
        "share a run or a unit already counted and are used once": again,
        f"completed without a finite {metric} and count as failed": silent,
    }
    return Placed(arms, tuple(f"{n} point(s) {what}" for what, n in counted.items() if n))


def unit_key(levels: Mapping[str, Any], factor: str) -> str:
    """What a run shares with its counterparts in other arms, such as `seed=3`."""
    return ",".join(f"{key}={label(levels[key])}" for key in sorted(levels) if key != factor)


def _number(metrics: Mapping[str, Any] | None, metric: str) -> float | None:
    value = None if metrics is None else metrics.get(metric)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _with_notes(comparison: Comparison, notes: tuple[str, ...]) -> Comparison:
    return replace(comparison, notes=comparison.notes + notes)
