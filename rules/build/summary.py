"""The last words of a build: what each experiment came to, and where to look."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.base.json_files import read_json
from rules.build.workflow import Workflow
from rules.results.experiment_results import read_results
from rules.results.shortfall import shortfall


def tell(workflow: Workflow, jobs: Iterable[Any]) -> None:
    """One line for each experiment of this build that has results, or whose spec is wrong."""
    for job in jobs:
        for line in _lines(workflow, job):
            print(line, file=sys.stderr)


def tell_interrupted(workflow: Workflow, jobs: Iterable[Any]) -> None:
    """How far the runs of an interrupted build are, and how to go on."""
    runs = {job.wildcards_dict["run"] for job in jobs if job.rule.name == "train"}
    done = sum(workflow.lab.status(run).is_file() for run in runs)
    told = f"interrupted: {done} of {len(runs)} runs are trained and stay; " if runs else "interrupted; "
    print(told + "the same command goes on from here", file=sys.stderr)


def _lines(workflow: Workflow, job: Any) -> Iterator[str]:
    if job.rule.name in workflow.broken:
        yield f"{job.rule.name}: not built, its spec is wrong"
        yield from workflow.plan.broken[job.rule.name]
    elif job.rule.name == "gate":
        yield from outcome_lines(workflow, job.wildcards_dict["experiment"])


def outcome_lines(workflow: Workflow, name: str) -> Iterator[str]:
    file = workflow.lab.results_file(name)
    if file.is_file():
        results = read_results(file)
        verdict = f", hypothesis {results.verdict}" if results.verdict else ""
        yield shortfall(results, workflow.plan.experiments[name]) or f"{name}: delivered{verdict}; see {file}"
        yield from _unsupported(workflow, name)


def _unsupported(workflow: Workflow, name: str) -> Iterator[str]:
    """Reports in which a text says what no fact or verdict supports: those that ship have none."""
    for title in workflow.plan.experiments[name].reports:
        file = workflow.lab.report(name, title, ".json")
        if file.is_file() and (found := read_json(file)["objections"]):
            told = f"nothing supports {len(found)} passage(s) of {title}"
            yield f"{name}: {told}; proband check {file} --experiment {name}"
