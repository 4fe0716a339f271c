"""Jobs have the priority of the most urgent experiment that needs them. It is one number if all are equal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from rules.build.build_plan import BuildPlan
from rules.build.job_priority import JobPriority
from rules.build.search_runs import Searches
from tests.plans import plan_of, planned_experiment


def experiment(name: str, priority: str | None, *runs: str) -> PlannedExperiment:
    planned = planned_experiment(name, {run: {} for run in runs})
    return replace(planned, spec={**planned.spec, "metadata": {"priority": priority} if priority else {}})


def priorities(*experiments: PlannedExperiment) -> JobPriority:
    plan = BuildPlan.__new__(BuildPlan)  # without compiling a lab
    compiled = plan_of(*experiments)
    users = {run: tuple(planned.id for planned in experiments if run in planned.runs) for run in compiled.runs}
    runs = {run: replace(planned, experiments=users[run]) for run, planned in compiled.runs.items()}
    plan.compiled = replace(compiled, runs=runs)
    plan.searches = Searches(Lab(Path()), plan.compiled.experiments)
    return JobPriority(plan)


@pytest.mark.parametrize(
    ("words", "number"), [(("low", "low"), 1), (("medium", None), 2), (("critical",), 4)], ids=["low", "default", "one"]
)
def test_equal_priorities_are_one_number(words: tuple[str | None, ...], number: int) -> None:
    priority = priorities(*(experiment(f"e{index}", word, f"r{index}") for index, word in enumerate(words)))
    assert priority.of_experiment() == priority.of_run() == number


def test_run_has_the_priority_of_its_most_urgent_experiment() -> None:
    priority = priorities(experiment("low", "low", "own", "shared"), experiment("high", "high", "shared"))
    of_run, of_experiment = priority.of_run(), priority.of_experiment()
    assert [of_run(SimpleNamespace(run=run)) for run in ("own", "shared")] == [1, 3]
    assert [of_experiment(SimpleNamespace(experiment=name)) for name in ("low", "high")] == [1, 3]


def test_every_priority_is_positive() -> None:
    """Snakemake's schedulers maximise the sum of the priorities, and need not start a job that adds nothing."""
    words = ("low", "medium", "high", "critical")
    numbers = [priorities(experiment("e", word, "r")).of_run() for word in words]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0
