"""Group runs by arm: by the level of the compared factor, or by all swept settings except the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from agents.facts.ids import label
from compiler.base.seed import SEED

Run = TypeVar("Run")
Levels = Mapping[str, Any]


@dataclass(frozen=True)
class RunsOfArm(Generic[Run]):
    """`levels` are the settings that define the arm. `runs` are different runs, in the order of the points."""

    levels: Levels
    runs: tuple[Run, ...]


def runs_by_arm(
    points: Iterable[Run],
    factor: str | None,
    overrides: Callable[[Run], Levels],
    run_id: Callable[[Run], str],
) -> tuple[RunsOfArm[Run], ...]:
    """Group points by arm, in the order in which the arms first occur.

    A point that does not set the factor belongs to no arm. Points that share a run count once.
    """
    levels: dict[tuple[tuple[str, str], ...], Levels] = {}
    runs: dict[tuple[tuple[str, str], ...], dict[str, Run]] = {}
    for point in points:
        point_levels = arm_levels(overrides(point), factor)
        if point_levels is not None:
            key = tuple((name, label(point_levels[name])) for name in sorted(point_levels))
            levels.setdefault(key, point_levels)
            runs.setdefault(key, {}).setdefault(run_id(point), point)
    return tuple(RunsOfArm(levels[key], tuple(members.values())) for key, members in runs.items())


def arm_levels(overrides: Levels, factor: str | None) -> dict[str, Any] | None:
    """Return the settings that define the arm of a point, None if the point does not set the factor."""
    if factor is None:
        return {key: value for key, value in overrides.items() if key != SEED}
    return {factor: overrides[factor]} if factor in overrides else None
