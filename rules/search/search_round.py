"""Suggest the trials of the next round of a search from the results of the earlier rounds."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from compiler.plan.planned_search import PlannedSearch
from rules.results.run_record import read_runs
from rules.results.search_results import finished_trials


def current_search(lab: Lab, overrides: list[str], experiment: str) -> PlannedSearch | None:
    """Return the search of an experiment in the current plan; None if there is none."""
    planned = current_plan(lab, overrides).experiments.get(experiment)
    return planned.search if planned else None


def next_round(lab: Lab, search: PlannedSearch) -> dict[str, Any]:
    """Return the content of the next round's file. All runs of the earlier rounds must have finished."""
    from rules.search.suggest_trials import Trial, suggest_trials  # imports Optuna, which existing rounds do not need

    trials = finished_trials(search, read_runs(lab, [run for trial in search.trials for run in trial.runs]))
    by_round = groupby(trials, key=lambda trial: trial.round)
    rounds = [[Trial(trial.params, trial.value) for trial in group] for _, group in by_round]
    number, count = next(iter(search.rounds_to_come.items()))
    suggested = suggest_trials(search, rounds, count)
    return {
        "schema_version": 1,
        "search": search.id,
        "round": number,
        "sampler": search.sampler,
        "seed": search.seed,
        "trials": [{"number": n, "params": params} for n, params in enumerate(suggested, start=len(trials))],
    }
