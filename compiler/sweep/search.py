"""A search as it is compiled: what it asks, what it has asked so far, and what its budget leaves to ask.

Its identity is what it asks of which trainings, so another space, seed, config or data is another search with rounds
of its own; more budget, or more trials at once, is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.identity import canonical, digest
from compiler.base.json_files import read_json
from compiler.base.nested import Keys
from compiler.base.paths import Lab
from compiler.composing.setting import Setting
from compiler.runs.toolchain import Run
from compiler.spec.schema import Search, Spec
from compiler.sweep.points import Point, distinct
from compiler.sweep.rounds import round_files
from compiler.sweep.search_space import SearchedKey, extreme_settings

AT: Keys = ("experiment", "search")


@dataclass(frozen=True)
class Objective:
    metric: str
    goal: Literal["maximize", "minimize"]


@dataclass(frozen=True)
class Trial:
    """One setting of the space, as it was asked in a round; `number` counts all trials from 0."""

    number: int
    round: int
    params: Mapping[str, Any]


@dataclass(frozen=True)
class CompiledSearch:
    id: str
    spec: Search
    objective: Objective
    space: tuple[SearchedKey, ...]
    sweep: tuple[Point, ...]  # every trial is trained at each of these
    trials: tuple[Trial, ...]
    probes: tuple[Run, ...]  # trainings at the ends of the space; none of them is asked for
    runs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # of each trial

    @property
    def budget(self) -> int:
        """In trials: so many that no more runs are trained than the spec allows."""
        return self.spec.runs // len(self.sweep)

    @property
    def promise(self) -> dict[str, Any]:
        """What is registered of it; how many trials are asked at once is no part of the question."""
        told = self.spec.model_dump(exclude={"batch"})
        return told | {"metric": self.objective.metric, "goal": self.objective.goal}

    @property
    def points(self) -> tuple[Point, ...]:
        return distinct(row for trial in self.trials for row in self._rows(trial))

    def with_runs(self, runs: Mapping[bytes, str]) -> CompiledSearch:
        """With the runs of every trial; `runs` are by the canonical overrides of their points."""
        found = {
            trial.number: tuple(runs[canonical({one.key: one.value for one in row})] for row in self._rows(trial))
            for trial in self.trials
        }
        return replace(self, runs=found)

    def _rows(self, trial: Trial) -> Iterator[tuple[Setting, ...]]:
        own = tuple(one.at(trial.params[one.key]) for one in self.space)
        return ((*own, *point.settings) for point in self.sweep)


def planned_search(
    lab: Lab, spec: Spec, space: tuple[SearchedKey, ...], sweep: tuple[Point, ...], probes: Sequence[Run]
) -> CompiledSearch:
    """The search of a spec, with the trials that its budget takes of those asked so far.

    Raises:
        SpecError: a round that was written cannot be read.
    """
    search, wanted = spec.search, _objective(spec)
    assert search is not None
    domains = {one.key: one.domain.to_json() for one in space}
    asks = [domains, search.sampler, search.seed, wanted.metric, wanted.goal]
    name = digest([*asks, [run.id for run in probes]])
    trials = recorded_trials(lab, spec.experiment_id, name, space)
    return CompiledSearch(name, search, wanted, space, sweep, trials[: search.runs // len(sweep)], tuple(probes))


def probe_points(space: Sequence[SearchedKey], sweep: Sequence[Point]) -> tuple[Point, ...]:
    """Points at which every choice, both ends of every interval, and every point of the sweep come up."""
    ends = list(extreme_settings(space))
    rows = [(*end, *sweep[0].settings) for end in ends] + [(*ends[0], *point.settings) for point in sweep[1:]]
    return distinct(rows)


def budget_problems(search: Search, sweep: Sequence[Point]) -> Iterator[Problem]:
    if search.runs < len(sweep):
        told = f"one trial takes {len(sweep)} runs, one for each point of the sweep"
        yield Problem((*AT, "runs"), f"{told}, got {search.runs}")


def repeated_key_problems(space: Sequence[SearchedKey], sweep: Sequence[Point]) -> Iterator[Problem]:
    swept = {setting.key for point in sweep for setting in point.settings}
    for one in space:
        if one.key in swept:
            yield Problem(one.sample.at, f"'{one.key}' is searched, and swept", "keep one of them")


def recorded_trials(lab: Lab, experiment_id: str, search: str, space: Sequence[SearchedKey]) -> tuple[Trial, ...]:
    """Every trial of the rounds that were written.

    Raises:
        SpecError: a round cannot be read, or is none of this space.
    """
    found: list[Trial] = []
    for number, file in enumerate(round_files(lab, experiment_id, search)[:-1], start=1):
        try:
            trials = [Trial(one["number"], number, one["params"]) for one in read_json(file)["trials"]]
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(file) from error
        if [one.number for one in trials] != list(range(len(found), len(found) + len(trials))):
            raise _damaged(file)
        if not trials or not all(_fits(one.params, space) for one in trials):
            raise _damaged(file)
        found += trials
    return tuple(found)


def _objective(spec: Spec) -> Objective:
    """What a search makes best: its own metric, else that of the registered test."""
    search, compare = spec.search, spec.compare
    metric = (search and search.metric) or (compare and compare.metric)
    goal = (search and search.goal) or (compare and compare.goal)
    assert metric, "the schema says so"
    assert goal, "the schema says so"
    return Objective(metric, goal)


def _fits(params: Any, space: Sequence[SearchedKey]) -> bool:
    if not isinstance(params, dict) or params.keys() != {one.key for one in space}:
        return False
    return all(one.domain.has(params[one.key]) for one in space)


def _damaged(file: Path) -> SpecError:
    hint = "remove it and the rounds after it, and they are asked again"
    return SpecError([Problem(AT, f"{file} is not a round of this search", hint)])
