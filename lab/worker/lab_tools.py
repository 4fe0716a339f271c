"""The tools of a worker in a real lab: jobs are read by the intake and compiled, and approvals are checked."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.base.diagnostics import Diagnostic
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.admission.approval import NotAdmitted, decided_before
from lab.admission.counted_decisions import counted_decisions
from lab.admission.hold import RELEASE, read_hold
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import experiment_subject
from lab.intake.read_job import read_job
from lab.queue.jobs import Job
from lab.worker.spec_file import SpecText


def read_spec(lab: Lab, job: Job, text: bytes) -> SpecText:
    """Return the spec in a job. Raises CompileError with all problems."""
    submitted = read_job(lab, text, job.name, job.experiment_id)
    return SpecText(submitted.experiment_id, submitted.spec.encode("utf-8"))


def compile_spec(lab: Lab, experiment: str) -> Sequence[str]:
    """Return the diagnostics of an experiment that does not compile.

    Raises:
        CompileError: A file that all experiments share is wrong.
    """
    plan = current_plan(lab)
    if experiment in plan.experiments or experiment in plan.broken:
        return plan.broken.get(experiment, ())
    return (str(Diagnostic(f"conf/experiment/{experiment}.yaml", 1, 1, "", "defines another experiment_id")),)


def admission_problem(lab: Lab, experiment: str) -> str | None:
    """Return why a worker may not build an experiment; None if a person or the policy of the lab allows it."""
    subject = experiment_subject(lab, current_plan(lab).experiments[experiment])
    try:
        decisions = counted_decisions(lab)
        decided_before(lab, {subject: standing(decisions, subject)}, decisions)
    except NotAdmitted as error:
        return str(error).splitlines()[0]
    return None


def hold_message(lab: Lab) -> str | None:
    """Return why no experiment may start; None if experiments may start."""
    hold = read_hold(lab)
    return None if hold is None else f"{hold} ({RELEASE})"
