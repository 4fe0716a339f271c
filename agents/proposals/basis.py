"""What an experiment gives a follow-up to stand on: its test, its grid, its seeds, and where it was best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agents.context.case import Case
from agents.context.trials import Trial, best_cell, cells, swept_factors, trials
from agents.facts.subject import run_subject
from agents.proposals.allowed import base
from agents.registered_test.runs_by_arm import SEED
from agents.statistics import Goal, smallest_n
from compiler.base.identity import is_excluded

_FORMS = ("zip", "list")


@dataclass(frozen=True)
class Ground:
    case: Case
    compare: Mapping[str, Any]
    trials: tuple[Trial, ...]

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.case.spec

    @property
    def metric(self) -> str:
        return str(self.compare["metric"])

    @property
    def goal(self) -> Goal:
        return "maximize" if self.compare["goal"] == "maximize" else "minimize"

    @property
    def direction(self) -> str:
        """What an improvement is called in a hypothesis."""
        return "higher" if self.goal == "maximize" else "lower"

    @cached_property
    def factors(self) -> dict[str, tuple[Any, ...]]:
        return swept_factors(self.trials)

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the experiment, ascending; that of its config where it sweeps none."""
        swept = {trial.levels[SEED] for trial in self.trials if SEED in trial.levels}
        return tuple(sorted(swept)) or self._own_seed

    @cached_property
    def best(self) -> dict[str, Any]:
        """The setting of the factors with the most favourable mean, as plain values; empty where no run gave one."""
        found = best_cell(cells(self.trials, self.factors), self.goal)
        return {key: found[1][0].levels[key] for key in self.factors if key in found[1][0].levels} if found else {}

    def fresh_seeds(self, count: int) -> list[int]:
        """Seeds that no run of the experiment has had. A test of what was seen in old runs needs new ones."""
        first = max(self.seeds, default=-1) + 1
        return list(range(first, first + count))

    def seeds_for(self, treatments: int) -> list[int]:
        """Fresh seeds, enough for a test of so many treatments, and no fewer than the experiment had."""
        needed = smallest_n(float(self.compare["alpha"]), treatments, paired=bool(self.compare.get("paired"))) or 0
        return self.fresh_seeds(max(needed, len(self.seeds)))

    def written(self, key: str) -> str:
        """A key as the sweep of the spec writes it, with its `+` where it adds one."""
        return self._written.get(key, key)

    def sweep(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep of these settings alone: every other inherited key is taken out of it."""
        own = {self.written(key): value if isinstance(value, list) else [value] for key, value in settings.items()}
        return {f"~{key}": None for key in self.spec.get("sweep", {}) if key not in own} | own

    def document(self, told: Mapping[str, Any], sweep: Mapping[str, Any], compare: Mapping[str, Any]) -> dict[str, Any]:
        """The spec file: laid over the experiment's own, with all that it asks and promises said again."""
        metadata = self.spec.get("metadata", {})
        dated = {"created_at": metadata["created_at"]} if metadata.get("created_at") else {}
        about = dated | {"tags": [*metadata.get("tags", ()), "proposal"], "researcher": None}
        node = {**told, "parent": self.case.experiment_id, "sweep": dict(sweep), "compare": self._compare(compare)}
        promised = {"deliverables": [dict(one) for one in self.spec.get("deliverables", ())]}
        return {
            "defaults": [base(self.case), "_self_"],
            "experiment": node | promised | {"metadata": about, "on_request": True},
        }

    def _compare(self, own: Mapping[str, Any]) -> dict[str, Any]:
        kept = {key: self.compare.get(key) for key in ("metric", "goal", "alpha", "minimum_effect", "paired")}
        return {**{key: value for key, value in kept.items() if value is not None}, **own}

    @cached_property
    def _written(self) -> dict[str, str]:
        return {key.lstrip("+"): key for key in _keys(self.spec.get("sweep", {}))}

    @property
    def _own_seed(self) -> tuple[int, ...]:
        facts = (self.case.book.facts.get(f"{run_subject(trial.point)}.seed") for trial in self.trials)
        return tuple(sorted({fact.value for fact in facts if fact and isinstance(fact.value, int)}))


def ground(case: Case) -> Ground | None:
    """None for what no follow-up can be derived from: no registered test, points that were asked and not written, or
    values that only the command line of a build set."""
    compare = case.spec.get("compare")
    if not compare or case.spec.get("search") or set_by_the_build(case):
        return None
    return Ground(case, compare, trials(case, str(compare["metric"])))


def set_by_the_build(case: Case) -> list[str]:
    """Overrides of this build that change a training: a spec laid over the experiment's file would not have them."""
    return [text for text in case.spec.get("overrides", ()) if not is_excluded(text.lstrip("+~").partition("=")[0])]


def points_of(settings: Mapping[str, Sequence[Any]]) -> int:
    """How many points a product has."""
    count = 1
    for values in settings.values():
        count *= len(values)
    return count


def _keys(sweep: Mapping[str, Any]) -> Iterable[str]:
    for key, value in sweep.items():
        if key in _FORMS:
            for point in value if isinstance(value, list) else [value]:
                yield from _keys(point) if isinstance(point, Mapping) else ()
        else:
            yield str(key)
