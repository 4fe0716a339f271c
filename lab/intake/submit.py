"""Submit a job: check it, record the approval of the person who submits it, and add it to the queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from compiler.base.diagnostics import CompileError, Problem, did_you_mean
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import plan_without_writing
from lab.admission.counted_decisions import counted_decisions
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import record
from lab.approvals.signature import Sign
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import spec_file
from lab.intake.read_job import read_job
from lab.intake.submitted import SubmittedJob
from lab.queue.folders import QueueFolders
from lab.queue.jobs import Clock, Job, enqueue, queued_jobs, utc_now
from lab.queue.priority import DEFAULT, parse_priority
from lab.queue.submission import read_submission, text_hash

HOW = "submit"


@dataclass(frozen=True)
class Submission:
    """What a submission did. `approval` is the file of the decision, None if the experiment was approved before."""

    submitted: SubmittedJob
    job: Job
    by: Actor
    approval: Path | None


def submit(
    lab: Lab, content: bytes, name: str, by: Actor, sign: Sign | None = None, clock: Clock = utc_now
) -> Submission:
    """Add a job to the queue, and record that a person approves its experiment. A wrong job changes nothing.

    Args:
        content: the bytes of the job.
        name: the name of its file. Its suffix selects JSON or YAML.
        by: the person who submits it.
        sign: signs the approval.

    Raises:
        CompileError: The job is wrong, or its id is used for another experiment.
        InputError: The queue or the folder of the approvals cannot be written.
    """
    submitted = read_job(lab, content, name)
    if problems := list(_id_problems(lab, submitted, content, plan_without_writing(lab))):
        raise CompileError(map(submitted.places.located, problems))
    approval = None
    if not standing(counted_decisions(lab), submitted.subject).is_approved:
        decision = Decision((submitted.subject,), "approved", by, timestamp(clock()), HOW)
        approval = record(lab, decision, sign)
    suffix = ".json" if PurePath(name).suffix == ".json" else ".yaml"
    priority = parse_priority(submitted.priority) or DEFAULT
    job = enqueue(lab, content, suffix, priority, submitted.experiment_id, clock)
    return Submission(submitted, job, by, approval)


def _id_problems(lab: Lab, job: SubmittedJob, content: bytes, plan: Plan) -> Iterator[Problem]:
    """Yield that the id belongs to an experiment with other content, and that the parent does not exist."""
    other = _other_use(lab, job, content, plan)
    if other is not None:
        yield Problem(("experiment_id",), f"'{job.experiment_id}' is also the id of {other}", "choose another id")
    waiting = {queued.experiment_id for queued in queued_jobs(lab) if queued.experiment_id}
    known = {*plan.experiments, *plan.broken, *waiting}
    if job.parent is not None and job.parent not in known:
        hint = did_you_mean(job.parent, known)
        yield Problem(("parent",), f"there is no experiment '{job.parent}'", hint)


def _other_use(lab: Lab, job: SubmittedJob, content: bytes, plan: Plan) -> str | None:
    """Return the file of another experiment or job with this id, None if there is none."""
    own_file = lab.spec(job.experiment_id)
    planned = plan.experiments.get(job.experiment_id)
    for file in (own_file, *([spec_file(lab, planned)] if planned else ())):
        if file.exists() and file.read_bytes() != job.spec.encode():
            return str(file.relative_to(lab.root)) if file.is_relative_to(lab.root) else planned.file if planned else ""
    folders = QueueFolders(lab)
    for queued in queued_jobs(lab):
        recorded = read_submission(folders, queued.name).sha256
        if queued.experiment_id == job.experiment_id and recorded != text_hash(content):
            return f"queue/{queued.name}"
    return None
