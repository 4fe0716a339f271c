"""The search in `results.json`: its trials and the best of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class FinishedTrial:
    """A trial and its value, which is None if all its runs failed."""

    number: int
    round: int
    params: Mapping[str, Any]
    runs: tuple[str, ...]
    value: float | None
    status: Literal["completed", "failed"]


@dataclass(frozen=True)
class BestTrial:
    number: int
    params: Mapping[str, Any]
    value: float


@dataclass(frozen=True)
class SearchResults:
    """The search in `results.json`. `runs` counts distinct runs; `best_so_far` has one value for each trial."""

    id: str
    sampler: str
    seed: int
    metric: str
    goal: str
    budget: int
    runs: int
    trials: tuple[FinishedTrial, ...]
    best: BestTrial | None
    best_so_far: tuple[float | None, ...]
