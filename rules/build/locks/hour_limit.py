"""Ask before a build whose trainings are estimated to take more hours than `limits.hours` allows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.planned_run import read_run_job
from compiler.view.training_cost import training_cost


def check_hours(
    lab: Lab, plan: Plan, experiments: Collection[str], runs: Collection[str], ask: Callable[[str], bool] | None = None
) -> None:
    """Check the estimated hours of each experiment of a build.

    A run that several experiments use counts for the first one. Without a finished run, nothing is known, and the build
    starts.

    Args:
        runs: the runs that the build trains.
        ask: returns whether the build may start in spite of the limit. By default a person is asked in a terminal.

    Raises:
        WorkflowError: The estimate is above the limit, and nobody has agreed.
    """
    left = set(runs)
    for name in experiments:
        own = [run for run in plan.experiments[name].runs if run in left]
        left -= set(own)
        limit = _limit(lab, own)
        cost = training_cost(lab, plan, name, own) if limit is not None else None
        if cost is None or limit is None or cost.hours is None or cost.hours <= limit:
            continue
        problem = f"{name}: {cost.line}, more than limits.hours = {limit:g}"
        if not (ask or _ask)(problem):
            hint = "raise it, for one build with --config overrides=limits.hours=…"
            raise WorkflowError(f"{problem}. Nothing was built ({hint})")


def _limit(lab: Lab, runs: Collection[str]) -> float | None:
    if not runs:
        return None
    limits = read_run_job(lab.run_job(next(iter(runs)))).config.get("limits") or {}
    hours = limits.get("hours")
    return float(hours) if isinstance(hours, (int, float)) else None


def _ask(problem: str) -> bool:
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return False
    print(f"{problem}. Build all the same? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
