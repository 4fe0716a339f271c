"""A submitted job, as it is queued and compiled."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.approvals.subject import Subject
from lab.intake.spec_places import Places


@dataclass(frozen=True)
class SubmittedJob:
    """The experiment in a job. `subject` is what an approval of it binds to."""

    experiment_id: str
    spec: str  # the text of conf/experiment/<id>.yaml
    priority: str
    subject: Subject
    warnings: tuple[str, ...] = ()
    parent: str | None = None
    places: Places = field(kw_only=True, compare=False, repr=False)  # locates problems in the job
