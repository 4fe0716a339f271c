"""The settings and results of a sweep, as the parts of the ablation study use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agents.context.case import Case
from agents.context.trials import Trial, cells, objective, swept_factors, trials
from agents.facts.fact import Fact
from agents.statistics import Goal


@dataclass(frozen=True)
class SweepResults:
    """The trials of a sweep, and the metric and goal by which they are compared."""

    case: Case
    metric: str
    goal: Goal
    trials: tuple[Trial, ...]

    @cached_property
    def factors(self) -> dict[str, tuple[Any, ...]]:
        """The levels of each swept parameter except the seed."""
        return swept_factors(self.trials)

    @cached_property
    def cells(self) -> dict[tuple[str, ...], list[Trial]]:
        """The trials of each setting."""
        return cells(self.trials, self.factors)

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts with the values of the metric. All other facts of the ablation study are computed from them."""
        return self.facts_of(self.trials)

    @property
    def metric_slot(self) -> str:
        """The placeholder of the metric's name."""
        return "{{f:experiment.metric}}"

    def facts_of(self, members: Sequence[Trial]) -> list[Fact]:
        return [self.case.book.facts[trial.fact] for trial in members if trial.value is not None]


def sweep_results(case: Case) -> SweepResults:
    aim = objective(case)
    metric, goal = aim.metric, aim.goal
    return SweepResults(case, metric, goal, trials(case, metric))
