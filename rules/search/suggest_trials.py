"""Suggest the next trials of a search with Optuna, from the trials suggested before and their values.

No study is kept between rounds. Each round builds its study from the rounds on disk, so that an interrupted search
continues exactly like an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from compiler.base.identity import digest
from compiler.plan.planned_search import PlannedSearch
from rules.search.recorded_sampler import Params, RecordedSampler, distribution, from_optuna


@dataclass(frozen=True)
class Trial:
    """A finished trial. `value` is None if it failed."""

    params: Params
    value: float | None


def suggest_trials(search: PlannedSearch, rounds: Sequence[Sequence[Trial]], count: int) -> list[dict[str, Any]]:
    """Return the parameters of the next `count` trials. `rounds` are the finished trials of each round."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = {key: search.space[key] for key in sorted(search.space)}  # the order affects the random numbers
    recorded = [trial.params for trials in rounds for trial in trials]
    sampler = RecordedSampler(make_sampler(search, len(rounds)), space, recorded)
    study = optuna.create_study(direction=search.goal, sampler=sampler)
    distributions = {key: distribution(domain) for key, domain in space.items()}
    for trials in rounds:
        optuna_trials = [study.ask(distributions) for _ in trials]
        for optuna_trial, trial in zip(optuna_trials, trials, strict=True):
            study.tell(optuna_trial, trial.value, None if trial.value is not None else TrialState.FAIL)
    new = [study.ask(distributions) for _ in range(count)]
    return [{key: from_optuna(trial.params[key], space[key]) for key in space} for trial in new]


def make_sampler(search: PlannedSearch, past_rounds: int) -> BaseSampler:
    """Return the sampler of a round, seeded reproducibly.

    CMA-ES carries its state from trial to trial, so all its rounds use one stream of random numbers, and its past
    trials are sampled again. The other samplers use only finished trials, so each of their rounds has its own stream.
    """
    round_seed = int(digest([search.seed, past_rounds]), 16) % 2**32
    samplers: dict[str, Any] = {
        "tpe": lambda: TPESampler(seed=round_seed),
        "gp": lambda: GPSampler(seed=round_seed, warn_independent_sampling=False),
        "random": lambda: RandomSampler(seed=round_seed),
        "cmaes": lambda: CmaEsSampler(seed=search.seed, warn_independent_sampling=False),
    }
    sampler: BaseSampler = samplers[search.sampler]()
    return sampler
