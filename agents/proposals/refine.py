"""Propose levels between the best level and its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.context.level_scale import distance, is_logarithmic, numeric_levels, round_inside, shift
from agents.facts.ids import label
from agents.proposals.basis import Basis, number_of_points
from agents.proposals.follow_up_spec import follow_up_spec, superiority_claim
from agents.proposals.spec import ProposedSpec
from compiler.base.seed import SEED


def refine_levels(basis: Basis) -> Iterator[ProposedSpec]:
    """Yield one proposal for each swept number, with the other factors at their best levels.

    All runs are new, including those of the best level: it was selected by its existing runs, so their mean is subject
    to selection bias.
    """
    for key, levels in basis.factors.items():
        between = levels_between(levels, basis.best[key]) if key in basis.best else []
        if between:
            yield _refined(basis, key, between)


def levels_between(levels: tuple[Any, ...], best: Any) -> list[float | int]:
    """Return a level on either side of the best one, at half the distance to the nearer neighbour.

    The distance to the nearer neighbour is used on both sides, because a very distant neighbour is not informative.
    """
    ordered = numeric_levels(levels)
    if ordered is None or len(ordered) < 2:
        return []
    logarithmic, index = is_logarithmic(ordered), ordered.index(float(best))
    intervals = [ordered[start : start + 2] for start in (index - 1, index) if 0 <= start < len(ordered) - 1]
    half_distance = min(distance(*interval, logarithmic=logarithmic) for interval in intervals) / 2
    integers = all(isinstance(level, int) for level in levels)
    inside = (
        _inside(low, high, float(best), half_distance, logarithmic=logarithmic, integer=integers)
        for low, high in intervals
    )
    return [level for level in inside if level is not None]


def _inside(
    low: float, high: float, best: float, offset: float, *, logarithmic: bool, integer: bool
) -> float | int | None:
    """Return the level at distance `offset` from `best`, which is `low` or `high`. None if it is not between these."""
    level = shift(best, offset if best == low else -offset, logarithmic=logarithmic)
    if integer:
        return round(level) if low < round(level) < high else None
    return round_inside(level, low, high)


def _refined(basis: Basis, key: str, between: list[float | int]) -> ProposedSpec:
    best, metric, parent = basis.best[key], basis.metric, basis.case.experiment_id
    settings = {other: [value] for other, value in basis.best.items() if other != key}
    settings |= {key: [best, *between], SEED: basis.seeds_for(len(between))}
    levels = " or ".join(map(label, between))
    is_last = best in (min(basis.factors[key]), max(basis.factors[key]))
    beyond = " No level beyond it was tried, because the sweep ends there." if is_last else ""
    texts = {
        "experiment_id": basis.next_id("refine", key),
        "name": f"{basis.name}: {key} around {label(best)}",
        "description": f"Compares {key} = {levels} with {label(best)}, which had the best mean in {parent}.",
        "hypothesis": f"With {key} = {levels}, {metric} is {basis.direction} than with {label(best)}.",
        "research_question": f"Does a value of {key} near {label(best)} improve {metric}?",
        "rationale": f"{label(best)} was selected among {len(basis.factors[key])} levels for its mean, and no level"
        f" between it and its neighbours was tried.{beyond} All seeds are new, because the existing runs of a selected"
        " level are subject to selection bias.",
    }
    neighbours = "its only neighbour; no level beyond it was tried" if is_last else "its neighbours"
    return ProposedSpec(
        texts["experiment_id"],
        "refine",
        f"try {{{{f:parameter}}}} between {{{{f:level}}}}, the selected level, and {neighbours}",
        follow_up_spec(basis, texts, basis.sweep(settings), superiority_claim(basis, key, best, between)),
        runs=number_of_points(settings),
        values={"parameter": key, "level": label(best)},
    )
