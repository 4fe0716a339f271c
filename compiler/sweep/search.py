"""Compile the adaptive search of a spec.

The id of a search is a hash of its space, sampler, seed and objective, and of the runs at the ends of its space, which
represent config and data. A change of one of these starts a new search from its first round. A change of the budget or
of the batch size does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from compiler.base.diagnostics import Problem
from compiler.base.identity import canonical, digest
from compiler.base.paths import Lab
from compiler.composing.setting import Setting
from compiler.runs.toolchain import Run
from compiler.spec.schema import Search, Spec
from compiler.sweep.points import Point, distinct_points
from compiler.sweep.search_space import SearchedKey, extreme_settings
from compiler.sweep.suggested_trials import SEARCH_PATH, Trial, read_trials


@dataclass(frozen=True)
class Objective:
    metric: str
    goal: Literal["maximize", "minimize"]


@dataclass(frozen=True)
class CompiledSearch:
    id: str
    spec: Search
    objective: Objective
    space: tuple[SearchedKey, ...]
    sweep: tuple[Point, ...]  # each trial is trained at each of these points
    trials: tuple[Trial, ...]
    probes: tuple[Run, ...]  # the runs at the ends of the space, which are compiled and not trained
    runs: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # run ids by number of the trial

    @property
    def budget(self) -> int:
        """The maximum number of trials. Together they have no more runs than the spec allows."""
        return self.spec.runs // len(self.sweep)

    @property
    def registered_fields(self) -> dict[str, Any]:
        """The fields that are registered. The batch size is not, because it does not change the question."""
        fields = self.spec.model_dump(exclude={"batch"})
        return fields | {"metric": self.objective.metric, "goal": self.objective.goal}

    @property
    def points(self) -> tuple[Point, ...]:
        return distinct_points(settings for trial in self.trials for settings in self._settings(trial))

    def with_runs(self, runs: Mapping[bytes, str]) -> CompiledSearch:
        """Return a copy with the run ids of each trial. `runs` has the run ids by canonical overrides of the point."""
        run_ids = {
            trial.number: tuple(
                runs[canonical({setting.key: setting.value for setting in settings})]
                for settings in self._settings(trial)
            )
            for trial in self.trials
        }
        return replace(self, runs=run_ids)

    def _settings(self, trial: Trial) -> Iterator[tuple[Setting, ...]]:
        """Yield the settings of each run of a trial."""
        searched_settings = tuple(searched.setting(trial.params[searched.key]) for searched in self.space)
        return ((*searched_settings, *point.settings) for point in self.sweep)


def compile_search(
    lab: Lab, spec: Spec, space: tuple[SearchedKey, ...], sweep: tuple[Point, ...], probes: Sequence[Run]
) -> CompiledSearch:
    """Return the search of a spec with the trials suggested so far, as many as its budget allows.

    Raises:
        SpecError: The file of a round cannot be read.
    """
    search, objective = spec.search, _objective(spec)
    assert search is not None
    domains = {searched.key: searched.domain.to_json() for searched in space}
    search_inputs = [domains, search.sampler, search.seed, objective.metric, objective.goal]
    search_id = digest([*search_inputs, [run.id for run in probes]])
    trials = read_trials(lab, spec.experiment_id, search_id, space)[: search.runs // len(sweep)]
    return CompiledSearch(search_id, search, objective, space, sweep, trials, tuple(probes))


def probe_points(space: Sequence[SearchedKey], sweep: Sequence[Point]) -> tuple[Point, ...]:
    """Return points that together contain every choice, both ends of every interval, and every point of the sweep."""
    extremes = list(extreme_settings(space))
    rows = [(*settings, *sweep[0].settings) for settings in extremes]
    rows += [(*extremes[0], *point.settings) for point in sweep[1:]]
    return distinct_points(rows)


def budget_problems(search: Search, sweep: Sequence[Point]) -> Iterator[Problem]:
    if search.runs < len(sweep):
        problem = f"one trial takes {len(sweep)} runs, one for each point of the sweep"
        yield Problem((*SEARCH_PATH, "runs"), f"{problem}, got {search.runs}")


def repeated_key_problems(space: Sequence[SearchedKey], sweep: Sequence[Point]) -> Iterator[Problem]:
    swept_keys = {setting.key for point in sweep for setting in point.settings}
    for searched in space:
        if searched.key in swept_keys:
            yield Problem(searched.sample.spec_path, f"'{searched.key}' is both searched and swept", "keep one of them")


def _objective(spec: Spec) -> Objective:
    """Return the search's own metric and goal, else those of the registered test."""
    search, compare = spec.search, spec.compare
    metric = (search and search.metric) or (compare and compare.metric)
    goal = (search and search.goal) or (compare and compare.goal)
    assert metric, "validated by the schema"
    assert goal, "validated by the schema"
    return Objective(metric, goal)
