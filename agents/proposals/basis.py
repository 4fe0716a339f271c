"""Collect the data that follow-up specs are derived from: test, grid, seeds and best setting of an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from agents.context.case import Case
from agents.context.trials import Trial, best_cell, cells, swept_factors, trials
from agents.facts.subject import run_subject
from agents.proposals.lineage import Lineage, lineage_of
from agents.statistics import Goal, smallest_n
from compiler.base.identity import is_excluded
from compiler.base.seed import SEED
from compiler.plan.design import PlannedTest

_SWEEP_FORMS = ("zip", "list")
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Basis:
    """An experiment with the registered test and the trials that its follow-ups are derived from."""

    case: Case
    test: PlannedTest
    trials: tuple[Trial, ...]

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.case.spec

    @cached_property
    def lineage(self) -> Lineage:
        return lineage_of(self.case)

    @property
    def name(self) -> str:
        """The name with which those of follow-ups begin: that of the experiment from which the chain starts."""
        return self.lineage.name

    def next_id(self, *purpose: str) -> str:
        """Return the id of a follow-up."""
        return self.lineage.next_id(self.case.experiment_id, *purpose)

    @property
    def metric(self) -> str:
        return self.test.metric

    @property
    def goal(self) -> Goal:
        return self.test.goal

    @property
    def direction(self) -> str:
        """The word for an improvement in a hypothesis."""
        return "higher" if self.goal == "maximize" else "lower"

    @cached_property
    def factors(self) -> dict[str, tuple[Any, ...]]:
        return swept_factors(self.trials)

    @property
    def sweeps_seed(self) -> bool:
        return any(SEED in trial.levels for trial in self.trials)

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the experiment in ascending order. If it sweeps none, the seed of its config."""
        swept = {trial.levels[SEED] for trial in self.trials if SEED in trial.levels}
        return tuple(sorted(swept)) or self._config_seeds

    @cached_property
    def best(self) -> dict[str, Any]:
        """The levels of the factors with the best mean, empty if no run has a value."""
        best = best_cell(cells(self.trials, self.factors), self.goal)
        return {key: best[1][0].levels[key] for key in self.factors if key in best[1][0].levels} if best else {}

    def new_seeds(self, count: int) -> list[int]:
        """Return seeds that no run of the experiment has had, to test an observation made in the existing runs."""
        first = max(self.seeds, default=-1) + 1
        return list(range(first, first + count))

    def seeds_for(self, treatments: int) -> list[int]:
        """Return as many new seeds as a test of this many treatments requires, and at least as many as `seeds`."""
        required = smallest_n(self.test.alpha, treatments, paired=self.test.paired) or 0
        return self.new_seeds(max(required, len(self.seeds)))

    def sweep_key(self, key: str) -> str:
        """Return a key as the sweep of the spec writes it, with `+` if the sweep adds it to the config."""
        return self._sweep_keys.get(key, key)

    def sweep(self, settings: Settings) -> dict[str, Any]:
        """Return a sweep of these settings only. Every other inherited key is removed."""
        swept = {self.sweep_key(key): value if isinstance(value, list) else [value] for key, value in settings.items()}
        return {f"~{key}": None for key in self.spec.get("sweep", {}) if key not in swept} | swept

    @cached_property
    def _sweep_keys(self) -> dict[str, str]:
        return {key.lstrip("+"): key for key in _keys(self.spec.get("sweep", {}))}

    @property
    def _config_seeds(self) -> tuple[int, ...]:
        facts = (self.case.book.facts.get(f"{run_subject(trial.point)}.seed") for trial in self.trials)
        return tuple(sorted({fact.value for fact in facts if fact and isinstance(fact.value, int)}))


def proposal_basis(case: Case) -> Basis | None:
    """Return the basis of follow-ups, or None if none can be derived.

    The result is None for an experiment without a registered test or without runs, for a search, and for a build whose
    command line set training values that the spec does not contain. It is also None at the end of a chain of proposals
    that decided nothing.
    """
    if case.test is None or case.spec.get("search") or training_overrides(case) or lineage_of(case).has_ended:
        return None
    basis = Basis(case, case.test, trials(case, case.test.metric))
    return basis if basis.trials else None


def training_overrides(case: Case) -> list[str]:
    """Return the overrides of this build that change a training. A follow-up spec would lack them."""
    return [text for text in case.spec.get("overrides", ()) if not is_excluded(text.lstrip("+~").partition("=")[0])]


def number_of_points(settings: Mapping[str, list[Any]]) -> int:
    """Return the size of the product of all values."""
    return prod(map(len, settings.values()))


def _keys(sweep: Mapping[str, Any]) -> Iterable[str]:
    for key, value in sweep.items():
        if key in _SWEEP_FORMS:
            for point in value if isinstance(value, list) else [value]:
                yield from _keys(point) if isinstance(point, Mapping) else ()
        else:
            yield str(key)
