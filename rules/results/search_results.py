"""What the trials of a search came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import fmean
from typing import Any

from compiler.plan.planned_search import PlannedSearch
from rules.results.run_record import RunRecord

Trial = dict[str, Any]


def finished_trials(search: PlannedSearch, runs: Mapping[str, RunRecord]) -> list[Trial]:
    """Each trial with its value: the mean over its completed runs. One without any failed, and has none."""
    found = []
    for trial in search.trials:
        records = [runs[run] for run in trial.runs]
        values = [one.metrics[search.metric] for one in records if search.metric in one.metrics]
        value = fmean(values) if values else None
        found.append({**trial.to_json(), "value": value, "status": "completed" if values else "failed"})
    return found


def best_trial(search: PlannedSearch, trials: Iterable[Trial]) -> Trial | None:
    """The first of those with the best value; None when all failed."""
    sign = 1 if search.goal == "maximize" else -1
    return max((one for one in trials if one["value"] is not None), key=lambda one: sign * one["value"], default=None)


def search_payload(search: PlannedSearch | None, runs: Mapping[str, RunRecord]) -> dict[str, Any] | None:
    """The search in `results.json`: every trial in the order asked, the best, and how the best came about."""
    if search is None:
        return None
    trials = finished_trials(search, runs)
    best = best_trial(search, trials)
    return {
        **{key: getattr(search, key) for key in ("id", "sampler", "seed", "metric", "goal", "budget")},
        "runs": len({run for one in trials for run in one["runs"]}),
        "trials": trials,
        "best": best and {key: best[key] for key in ("number", "params", "value")},
        "best_so_far": list(_best_so_far((one["value"] for one in trials), max if search.goal == "maximize" else min)),
    }


def _best_so_far(values: Iterable[float | None], better: Callable[[float, float], float]) -> Iterator[float | None]:
    """After each trial the best value until then, None before the first."""
    best: float | None = None
    for value in values:
        if value is not None:
            best = value if best is None else better(best, value)
        yield best
