"""Lay out the runs of an experiment: its settings, and how many seeds each of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.facts.ids import label
from agents.registered_test.claims import RegisteredTest
from agents.registered_test.observation import Observation, observe
from compiler.base.seed import SEED

Point = Mapping[str, Any]  # the overrides of a point


@dataclass(frozen=True)
class Cell:
    """All settings of a run except its seed, and the seeds with which they are trained."""

    settings: Mapping[str, Any]
    seeds: tuple[Any, ...]


@dataclass(frozen=True)
class Layout:
    """The runs of an experiment. `has_seeds` is false if the experiment does not sweep the seed."""

    cells: tuple[Cell, ...]
    has_seeds: bool

    @property
    def seeds(self) -> int:
        """The number of seeds of the cell that has the fewest."""
        return min((len(cell.seeds) for cell in self.cells), default=0)

    @property
    def runs(self) -> int:
        return sum(len(cell.seeds) for cell in self.cells)

    def with_seeds(self, count: int) -> Layout:
        """Return the layout in which each cell has this number of seeds: the first of its own, then further ones."""
        own = [(cell.settings, cell.seeds if self.has_seeds else ()) for cell in self.cells]
        return Layout(tuple(Cell(settings, _seeds(seeds, count)) for settings, seeds in own), True)

    def points(self) -> list[dict[str, Any]]:
        """Return the overrides of all points, ordered by seed, so that a look at fewer seeds is a part of them."""
        most = max((len(cell.seeds) for cell in self.cells), default=0)
        return [
            {**cell.settings, SEED: cell.seeds[number]} if self.has_seeds else dict(cell.settings)
            for number in range(most)
            for cell in self.cells
            if number < len(cell.seeds)
        ]


def layout_of(points: Iterable[Point]) -> Layout:
    """Return the layout of the points of an experiment. Points with equal settings count once."""
    seeds: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    settings: dict[tuple[tuple[str, str], ...], Mapping[str, Any]] = {}
    has_seeds = False
    for point in points:
        others = {key: value for key, value in point.items() if key != SEED}
        key = tuple(sorted((name, label(value)) for name, value in others.items()))
        settings.setdefault(key, others)
        seeds.setdefault(key, {}).setdefault(label(point.get(SEED)), point.get(SEED))
        has_seeds = has_seeds or SEED in point
    return Layout(tuple(Cell(settings[key], tuple(seeds[key].values())) for key in settings), has_seeds)


def planned_observations(test: RegisteredTest, layout: Layout) -> tuple[Observation, ...]:
    """Return one observation for each run of an arm, with the value 0 for each metric."""
    metrics = dict.fromkeys((claim.metric for claim in test.claims), 0.0)
    points = [
        {"run_id": str(number), "levels": levels, "metrics": metrics} for number, levels in enumerate(layout.points())
    ]
    return observe(test, points).runs


def _seeds(seeds: Sequence[Any], count: int) -> tuple[Any, ...]:
    unused = (number for number in range(count + len(seeds)) if number not in seeds)
    return (*seeds[:count], *(next(unused) for _ in range(count - len(seeds))))
