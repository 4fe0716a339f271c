"""Levels between the best one and its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.context.level_scale import distance, in_few_digits, is_logarithmic, moved, numbers
from agents.facts.ids import label
from agents.proposals.basis import Ground, points_of
from agents.proposals.spec import ProposedSpec, proposal_id
from agents.registered_test.runs_by_arm import SEED


def refinements(ground: Ground) -> Iterator[ProposedSpec]:
    """For each swept number: the middles of the steps beside its best level, the other factors where they were best.

    All runs are new, those of the best level too: it was chosen by looking at the old ones, which flatter it.
    """
    for key, levels in ground.factors.items():
        between = levels_between(levels, ground.best[key]) if key in ground.best else []
        if between:
            yield _refined(ground, key, between)


def levels_between(levels: tuple[Any, ...], best: Any) -> list[float | int]:
    """Half the smaller of the two steps away on either side: a neighbour that lies very far off is no guide."""
    ordered = numbers(levels)
    if ordered is None or len(ordered) < 2:
        return []
    logarithmic, at = is_logarithmic(ordered), ordered.index(float(best))
    steps = [ordered[index : index + 2] for index in (at - 1, at) if 0 <= index < len(ordered) - 1]
    reach = min(distance(*step, logarithmic=logarithmic) for step in steps) / 2
    whole = all(isinstance(level, int) for level in levels)
    found = (_inside(low, high, float(best), reach, logarithmic=logarithmic, whole=whole) for low, high in steps)
    return [value for value in found if value is not None]


def _inside(
    low: float, high: float, best: float, reach: float, *, logarithmic: bool, whole: bool
) -> float | int | None:
    value = moved(best, reach if best == low else -reach, logarithmic=logarithmic)
    if whole:
        return round(value) if low < round(value) < high else None
    return in_few_digits(value, low, high)


def _refined(ground: Ground, key: str, between: list[float | int]) -> ProposedSpec:
    best, metric = ground.best[key], ground.metric
    fixed = {other: value for other, value in ground.best.items() if other != key}
    settings = {**{other: [value] for other, value in fixed.items()}, key: [best, *between]}
    settings[SEED] = ground.seeds_for(len(between))
    near = " or ".join(map(label, between))
    is_last = best in (min(ground.factors[key]), max(ground.factors[key]))
    beyond = " Beyond it, where the sweep ended, nothing was tried either." if is_last else ""
    told = {
        "experiment_id": proposal_id(ground.case.experiment_id, "refine", key),
        "name": f"{ground.spec['name']}: {key} around {label(best)}",
        "description": f"Compares {key} = {near} with {label(best)}, which was picked in"
        f" {ground.case.experiment_id} for its mean.",
        "hypothesis": f"With {key} = {near}, {metric} is {ground.direction} than with {label(best)}.",
        "research_question": f"Does a value of {key} beside {label(best)} improve {metric}?",
        "rationale": f"{label(best)} was picked among {len(ground.factors[key])} levels for its mean, and nothing was"
        f" tried between it and its neighbours.{beyond} All seeds are new: runs that a level was chosen by flatter it.",
    }
    return ProposedSpec(
        told["experiment_id"],
        "refine",
        "try {{f:parameter}} between {{f:level}}, the level that was picked, and "
        + ("its only neighbour; beyond it, where the sweep ended, nothing was tried" if is_last else "its neighbours"),
        ground.document(told, ground.sweep(settings), {"factor": key, "control": best, "treatment": None}),
        runs=points_of(settings),
        told={"parameter": key, "level": label(best)},
    )
