"""Repeat the jobs of a build that follow the trainings of an experiment, in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.plan.plan_files import plan_file
from rules.gates.continuation import is_stopped
from rules.gates.gate import read_gate
from rules.jobserver.job import exit_code
from rules.verification.time_of_check import keep_time_of_check

Reword = Callable[[str, str], None]  # takes the job and the title of the document
# The rules of the Snakefile that write files of an experiment, in an order in which each finds its inputs. A test
# compares them with the Snakefile.
JOBS = (
    ("record", ("{plan}", "{experiment}")),
    ("deliverable", ("{plan}", "{experiment}", "{deliverable}")),
    ("results", ("{plan}", "{experiment}")),
    ("facts", ("{plan}", "{experiment}")),
    ("agenda", ("{plan}", "{experiment}")),
    ("analysis", ("{plan}", "{experiment}", "{analyst}")),
    ("integration", ("{plan}", "{experiment}")),
    ("quality_review", ("{plan}", "{experiment}")),
    ("report", ("{plan}", "{experiment}", "{report}")),
    ("gate", ("{plan}", "{experiment}")),
)
_DOCUMENTS = ("facts", "agenda", "analysis", "integration", "quality_review", "report")
_REWORDED = ("analysis", "report")
_MAY_FAIL = ("gate",)  # an experiment that does not deliver is a result


@dataclass(frozen=True)
class FailedJob:
    """A job that failed. `title` is that of its deliverable, analysis or report, "" if it has none."""

    job: str
    title: str
    message: str

    def __str__(self) -> str:
        return f"{' '.join(filter(None, (self.job, self.title)))}: cannot be computed: {self.message}"


def repeat_jobs(
    scratch: Lab, experiment: PlannedExperiment, reword: Reword | None, stored: Lab | None = None
) -> Iterator[FailedJob]:
    """Run the jobs of an experiment in a temporary lab. Yield each job that fails, with the last line that it printed.

    Args:
        reword: writes an analysis or a report instead of its job, because a language model reworded it.
        stored: the lab whose files are compared. Equal answers of a server keep the times at which it was asked.
    """
    has_documents = bool(experiment.analyses or experiment.reports)
    for job, arguments in jobs_of(experiment, _plan(scratch)):
        if job in _DOCUMENTS and not has_documents:
            continue
        if _is_after_results(job, arguments[-1], experiment) and is_stopped(scratch, experiment):
            continue
        if reword is not None and job in _REWORDED:
            code, message = _call(reword, job, arguments[-1])
        else:
            code, message = _run(scratch, job, arguments)
        if job == "deliverable" and stored is not None:
            keep_time_of_check(stored, scratch, experiment.id, arguments[-1])
        if code and job not in _MAY_FAIL and not (job == "report" and is_rejected(scratch, experiment, arguments[-1])):
            yield FailedJob(job, arguments[-1] if len(arguments) > 2 else "", message)


def _is_after_results(job: str, title: str, experiment: PlannedExperiment) -> bool:
    """Return whether a closed gate of the training or the validation keeps a job from running."""
    return job in (*_DOCUMENTS, "gate") or (job == "deliverable" and title in experiment.report_deliverables)


def is_rejected(lab: Lab, experiment: PlannedExperiment, report: str) -> bool:
    """Return whether the quality review has objections to a report or an analysis, which is a result."""
    review = read_gate(lab, experiment.id, "analysis")
    return lab.objections(experiment.id, report).is_file() or (review is not None and not review.passed)


def repeat_genealogy(scratch: Lab) -> Iterator[FailedJob]:
    code, message = _run(scratch, "genealogy", [str(_plan(scratch))])
    if code:
        yield FailedJob("genealogy", "", message)


def jobs_of(experiment: PlannedExperiment, plan: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each job of an experiment with its arguments, one for each deliverable, analysis and report."""
    titles = {
        "deliverable": experiment.run_deliverables,
        "analysis": list(experiment.analyses),
        "report": list(experiment.reports),
    }
    patterns_of = dict(JOBS)
    steps = [(job, title) for job in patterns_of for title in titles.get(job, [""])]
    after_reports = [("deliverable", title) for title in experiment.report_deliverables]
    for job, title in [*steps[:-1], *after_reports, steps[-1]]:
        values = {"plan": plan, "experiment": experiment.id, "deliverable": title, "analyst": title, "report": title}
        yield job, [pattern.format(**values) for pattern in patterns_of[job]]


def _plan(scratch: Lab) -> Path:
    return plan_file(scratch, ()).relative_to(scratch.root)


def _call(reword: Reword, job: str, title: str) -> tuple[int, str]:
    try:
        reword(job, title)
    except Exception as error:  # a damaged file can make any of the code raise anything
        return 1, f"{type(error).__name__}: {' '.join(str(error).split())}"
    return 0, ""


def _run(scratch: Lab, job: str, arguments: list[str]) -> tuple[int, str]:
    """Return the exit code of a job and the last line that it printed."""
    output, argv = io.StringIO(), sys.argv
    try:
        with chdir(scratch.root), redirect_stdout(output), redirect_stderr(output):
            code = exit_code([f"rules.jobs.{job}", *arguments])
    finally:
        sys.argv = argv
    lines = output.getvalue().strip().splitlines()
    return code, lines[-1].strip() if lines else f"exit code {code}"
