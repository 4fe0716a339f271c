"""The next trials of a search, asked of Optuna: a function of what was asked before and of what came of it.

No study outlives a round. Each round builds its own from the rounds on disk, so a search that was interrupted goes on
exactly as one that was not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from compiler.base.identity import canonical, digest
from compiler.plan.planned_search import PlannedSearch

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A trial that is over: its value is None where it failed."""

    params: Params
    value: float | None


def next_trials(search: PlannedSearch, rounds: Sequence[Sequence[Told]], count: int) -> list[dict[str, Any]]:
    """The parameters of as many trials more.

    Args:
        search: as in the plan.
        rounds: what was asked before, round by round.
        count: how many trials to ask at once.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = {key: search.space[key] for key in sorted(search.space)}  # the order decides what is drawn
    recorded = [one.params for asked in rounds for one in asked]
    sampler = _Recorded(_sampler(search, len(rounds)), space, recorded)
    study = optuna.create_study(direction=search.goal, sampler=sampler)
    distributions = {key: _distribution(domain) for key, domain in space.items()}
    for asked in rounds:
        trials = [study.ask(distributions) for _ in asked]
        for trial, told in zip(trials, asked, strict=True):
            study.tell(trial, told.value, None if told.value is not None else TrialState.FAIL)
    new = [study.ask(distributions) for _ in range(count)]
    return [{key: _outside(trial.params[key], space[key]) for key in space} for trial in new]


def _sampler(search: PlannedSearch, past: int) -> BaseSampler:
    """CMA-ES carries its state from trial to trial, so its rounds share one stream of random numbers and are drawn
    again. The others look only at finished trials: each round has a stream of its own, and theirs are not.
    """
    seed, own = search.seed, int(digest([search.seed, past]), 16) % 2**32
    samplers: dict[str, Any] = {
        "tpe": lambda: TPESampler(seed=own),
        "gp": lambda: GPSampler(seed=own, warn_independent_sampling=False),
        "random": lambda: RandomSampler(seed=own),
        "cmaes": lambda: CmaEsSampler(seed=seed, warn_independent_sampling=False),
    }
    found: BaseSampler = samplers[search.sampler]()
    return found


class _Recorded(BaseSampler):
    """Answers for the trials on disk what is written there, for new ones what its sampler draws, in few digits.

    Optuna would skip the sampler for parameters that are enqueued, and CMA-ES would lose its state.
    """

    def __init__(self, sampler: BaseSampler, space: Mapping[str, Any], recorded: Sequence[Params]) -> None:
        self._sampler, self._space, self._recorded = sampler, space, recorded
        self._is_replayed = isinstance(sampler, CmaEsSampler)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self._sampler.infer_relative_search_space(study, trial) if self._draws(trial) else {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        drawn = self._sampler.sample_relative(study, trial, search_space) if self._draws(trial) else {}
        return {key: self._answer(trial, key, value) for key, value in drawn.items()}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        drawn = None
        if self._draws(trial):
            drawn = self._sampler.sample_independent(study, trial, param_name, param_distribution)
        return self._answer(trial, param_name, drawn)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        self._sampler.after_trial(study, trial, state, values)

    def _draws(self, trial: FrozenTrial) -> bool:
        return self._is_replayed or trial.number >= len(self._recorded)

    def _answer(self, trial: FrozenTrial, key: str, drawn: Any) -> Any:
        if trial.number < len(self._recorded):
            return _inside(self._recorded[trial.number][key], self._space[key])
        return _readable(drawn, self._space[key])


def _distribution(domain: Mapping[str, Any]) -> BaseDistribution:
    if domain["kind"] == "choice":  # by index: Optuna takes no lists, and to it 1, 1.0 and true are one value
        return CategoricalDistribution(range(len(domain["values"])))
    low, high, step, log = (domain[name] for name in ("low", "high", "step", "log"))
    if domain["kind"] == "int":
        return IntDistribution(low, high, log=log, step=step or 1)
    return FloatDistribution(low, high, log=log, step=step)


def _readable(value: Any, domain: Mapping[str, Any]) -> Any:
    """A float in six digits: it names a point, and JSON gives it back as it was."""
    if domain["kind"] != "float":
        return value
    return min(max(float(f"{value:.6g}"), domain["low"]), domain["high"])


def _inside(value: Any, domain: Mapping[str, Any]) -> Any:
    """A value as the study knows it."""
    return [canonical(one) for one in domain["values"]].index(canonical(value)) if domain["kind"] == "choice" else value


def _outside(value: Any, domain: Mapping[str, Any]) -> Any:
    return domain["values"][value] if domain["kind"] == "choice" else value
