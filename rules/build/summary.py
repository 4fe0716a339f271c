"""Print the last lines of a build: the outcome of each experiment and where to find it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.base.json_files import read_json
from rules.build.build_plan import BuildPlan
from rules.results.experiment_results import InvalidResults, read_results
from rules.results.shortfall import failed_runs_note, shortfall


def print_summary(plan: BuildPlan, jobs: Iterable[Any]) -> None:
    """Print a line for each experiment of this build that has results or whose spec does not compile."""
    for job in jobs:
        for line in _lines(plan, job):
            print(line, file=sys.stderr)


def print_interrupted(plan: BuildPlan, jobs: Iterable[Any]) -> None:
    """Print how many runs of an interrupted build are finished, and how to resume it."""
    runs = {job.wildcards_dict["run"] for job in jobs if job.rule.name == "train"}
    finished = sum(plan.lab.status(run).is_file() for run in runs)
    count = f": {finished} of {len(runs)} runs are finished and kept" if runs else ""
    print(f"interrupted{count}; the same command resumes the build", file=sys.stderr)


def _lines(plan: BuildPlan, job: Any) -> Iterator[str]:
    if job.rule.name in plan.broken:
        yield f"{job.rule.name}: not built, its spec is wrong"
        yield from plan.compiled.broken[job.rule.name]
    elif job.rule.name == "gate":
        yield from outcome_lines(plan, job.wildcards_dict["experiment"])


def outcome_lines(plan: BuildPlan, experiment: str) -> Iterator[str]:
    file = plan.lab.results_file(experiment)
    if file.is_file():
        try:
            results = read_results(file)
        except InvalidResults as error:
            yield f"{experiment}: {error}"
            return
        verdict = f", hypothesis {results.verdict}" if results.verdict else ""
        success_line = f"{experiment}: delivered{failed_runs_note(results)}{verdict}; see {file}"
        yield shortfall(results, plan.compiled.experiments[experiment]) or success_line
        yield from _reports_with_objections(plan, experiment)


def _reports_with_objections(plan: BuildPlan, experiment: str) -> Iterator[str]:
    """Yield a line for each report with unsupported passages. Reports of the shipped writers have none."""
    for title in plan.compiled.experiments[experiment].reports:
        file = plan.lab.report(experiment, title, ".json")
        if file.is_file() and (objections := read_json(file)["objections"]):
            problem = f"{title} has {len(objections)} passage(s) that no fact or verdict supports"
            yield f"{experiment}: {problem}; proband check {file} --experiment {experiment}"
