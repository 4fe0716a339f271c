"""List the experiments whose approval a change has voided, and those that a job of the queue would build unapproved.

Another spec that was never built or approved does not wait: a person who builds it approves it by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import NoSubject, experiment_subject
from lab.queue.jobs import queued_jobs
from lab.review.item import Item


def experiment_items(lab: Lab, plan: Plan, decisions: Decisions) -> Iterator[Item]:
    """Yield the experiments of the plan that wait. A job whose spec no worker has written yet is not among them."""
    queued = {job.experiment_id: job.name for job in queued_jobs(lab)}
    decided = {subject.name for decision in decisions.recorded for subject in decision.subjects}
    for name in plan.experiments:
        item = experiment_item(lab, plan, name, decisions) if name in decided or name in queued else None
        if item is None:
            continue
        if name in queued and item.standing.state in ("undecided", "void"):
            yield replace(item, why=f"queue/{queued[name]} waits for its approval")
        elif item.standing.state == "void":
            yield item


def experiment_item(lab: Lab, plan: Plan, name: str, decisions: Decisions) -> Item | None:
    """Return the item of an experiment, None if the plan or the file of its spec does not have it."""
    experiment = plan.experiments.get(name)
    if experiment is None:
        return None
    try:
        subject = experiment_subject(lab, experiment)
    except NoSubject:
        return None
    state = standing(decisions, subject)
    return Item(subject, experiment.file, experiment.design.hypothesis, standing=state)
