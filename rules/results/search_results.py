"""Compute the results of a search: the value of each trial, and the best trial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import fmean
from typing import Literal

from compiler.plan.planned_search import PlannedSearch
from rules.results.content.search import BestTrial, FinishedTrial, SearchResults
from rules.results.run_record import RunRecord


def finished_trials(search: PlannedSearch, runs: Mapping[str, RunRecord]) -> list[FinishedTrial]:
    """Return each trial with the mean over its completed runs as its value."""
    trials = []
    for trial in search.trials:
        values = [runs[run].metrics[search.metric] for run in trial.runs if search.metric in runs[run].metrics]
        value = fmean(values) if values else None
        status: Literal["completed", "failed"] = "completed" if values else "failed"
        trials.append(FinishedTrial(trial.number, trial.round, trial.params, trial.runs, value, status))
    return trials


def best_trial(search: PlannedSearch, trials: Iterable[FinishedTrial]) -> FinishedTrial | None:
    """Return the trial with the best value, of equal trials the first; None if all failed."""
    sign = 1 if search.goal == "maximize" else -1
    scores = [(sign * trial.value, trial) for trial in trials if trial.value is not None]
    return max(scores, key=lambda score: score[0])[1] if scores else None


def search_results(search: PlannedSearch, runs: Mapping[str, RunRecord]) -> SearchResults:
    trials = finished_trials(search, runs)
    best = best_trial(search, trials)
    values = (trial.value for trial in trials)
    return SearchResults(
        search.id,
        search.sampler,
        search.seed,
        search.metric,
        search.goal,
        search.budget,
        len({run for trial in trials for run in trial.runs}),
        tuple(trials),
        BestTrial(best.number, best.params, best.value) if best and best.value is not None else None,
        tuple(_best_so_far(values, max if search.goal == "maximize" else min)),
    )


def _best_so_far(values: Iterable[float | None], better: Callable[[float, float], float]) -> Iterator[float | None]:
    """Yield the best value up to each trial, None before the first value."""
    best: float | None = None
    for value in values:
        if value is not None:
            best = value if best is None else better(best, value)
        yield best
