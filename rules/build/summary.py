"""Print the last lines of a build: the outcome of each experiment and where to find it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from compiler.runs.dvc_repository.dvc_files import is_dvc_file
from rules.build.build_plan import GATE, TRAIN, BuildPlan
from rules.gates.gate import document_gates, read_gate
from rules.gates.shortfall import failed_runs_note, shortfall
from rules.gates.stage_lines import closed_gate_lines, last_stage, stage_lines
from rules.results.experiment_results import ExperimentResults, InvalidResults, read_results


def print_summary(plan: BuildPlan, jobs: Iterable[Any], until: Collection[str] = ()) -> None:
    """Print a line for each experiment of this build, also for one that stopped or whose spec does not compile.

    `until` are the names after `--until`, where the user ends the build.
    """
    for job in jobs:
        for line in _lines(plan, job, until):
            print(line, file=sys.stderr)


def print_interrupted(plan: BuildPlan, jobs: Iterable[Any]) -> None:
    """Print how many runs of an interrupted build are finished, and how to resume it."""
    runs = {job.wildcards_dict["run"] for job in jobs if job.rule.name == TRAIN}
    finished = sum(plan.lab.status(run).is_file() for run in runs)
    count = f": {finished} of {len(runs)} runs are finished and kept" if runs else ""
    print(f"interrupted{count}; the same command resumes the build", file=sys.stderr)


def _lines(plan: BuildPlan, job: Any, until: Collection[str]) -> Iterator[str]:
    if job.rule.name in plan.broken:
        yield from _not_built(job.rule.name, plan.compiled.broken[job.rule.name])
    elif job.rule.name == GATE:
        yield from outcome_lines(plan, job.wildcards_dict["experiment"])
    elif job.rule.name == last_stage(until):
        planned = plan.compiled.experiments[job.wildcards_dict["experiment"]]
        yield from stage_lines(plan.lab, planned, job.rule.name)


def _not_built(experiment: str, diagnostics: Iterable[str]) -> Iterator[str]:
    """Yield why a spec does not compile. Problems in files of DVC are printed once, as warnings before the build."""
    problems = list(diagnostics)
    files = dict.fromkeys(file for line in problems if is_dvc_file(file := line.partition(":")[0]))
    if files:
        yield f"{experiment}: not built, because of {', '.join(files)} (see the warning above)"
    others = [line for line in problems if line.partition(":")[0] not in files]
    if others:
        yield f"{experiment}: not built, its spec is wrong"
        yield from others


def outcome_lines(plan: BuildPlan, experiment: str) -> Iterator[str]:
    file = plan.lab.results_file(experiment)
    if not file.is_file():
        yield f"{experiment}: no results, because the build stopped or a step failed; see the errors above"
    else:
        try:
            results = read_results(file)
        except InvalidResults as error:
            yield f"{experiment}: {error}"
            return
        problems = [*_problems(plan, experiment, results)]
        if not problems and not plan.lab.gate(experiment).is_file():
            problems = [f"{experiment}: not delivered, because a step failed; see the errors above"]
        standing = f" ({results.registration.standing})" if results.post_hoc else ""
        verdict = f", hypothesis {results.verdict}{standing}" if results.verdict else ""
        success_line = f"{experiment}: delivered{failed_runs_note(results)}{verdict}; see {file}"
        yield from problems or [success_line]


def _problems(plan: BuildPlan, experiment: str, results: ExperimentResults) -> Iterator[str]:
    """Yield a line for the runs and deliverables that do not hold, and for each rejected or missing document."""
    planned = plan.compiled.experiments[experiment]
    if line := shortfall(results, planned):
        yield line
    yield from closed_gate_lines(plan.lab, planned)
    for name in document_gates(planned):
        gate = read_gate(plan.lab, experiment, name)
        for requirement in gate.failed if gate else ():
            yield f"{experiment}: {requirement.name}: {requirement.reason}"
