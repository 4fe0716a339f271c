"""Approve or reject an item of any kind, in the content that a person saw."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.subject import Subject
from lab.collaboration.proposal_files import read_proposal
from lab.review.approve_proposal import approve_proposal
from lab.review.decide import (
    CannotDecide,
    Choice,
    changed_since_shown,
    check_unchanged,
    decide,
    decision_lock,
    record_choice,
)
from lab.review.item import Item
from lab.review.waiting import find_item
from lab.review.waiting_publications import missing_answers, package_subject


def approve_item(lab: Lab, plan: Plan, item: Item, choice: Choice) -> list[Path]:
    """Approve an item. Return the files that were written.

    Raises:
        CannotDecide: The item has problems, or is approved already.
        ChangedSinceShown: The content is not the one of `item`.
    """
    if item.problems:
        raise CannotDecide(f"{item.name}: cannot be approved: {'; '.join(item.problems)}")
    if item.subject.kind == "publication":
        return [_approve_publication(lab, item, choice)]
    if item.subject.kind == "flag" and not choice.why.strip():
        raise CannotDecide(f"{item.name}: a flag is signed with the answer to its question (--why ANSWER)")
    if item.subject.kind != "proposal":
        return [decide(lab, item.subject, lambda: _current(lab, plan, item), choice)]
    proposal = read_proposal(lab.root / item.file)
    if proposal.subject != item.subject:
        raise changed_since_shown(item.subject, proposal.subject)
    return list(approve_proposal(lab, proposal, choice))


def reject_item(lab: Lab, plan: Plan, item: Item, choice: Choice) -> Path:
    """Reject an item. Raises ChangedSinceShown, or CannotDecide if it is rejected already."""
    return decide(lab, item.subject, lambda: _current(lab, plan, item), choice)


def _approve_publication(lab: Lab, item: Item, choice: Choice) -> Path:
    """Approve a prepared package together with the answers of its checklist."""
    experiment = item.subject.name
    if problems := missing_answers(lab, experiment, choice.answers):
        raise CannotDecide(f"{item.name}: the checklist is not answered: {'; '.join(problems)} (--answer KEY=TEXT)")
    with decision_lock(lab):
        current = package_subject(lab, experiment, {})
        if current != item.subject:
            raise changed_since_shown(item.subject, current)
        subject = package_subject(lab, experiment, choice.answers)
        check_unchanged(lab, subject, subject, choice.outcome)
        return record_choice(lab, (subject,), choice)


def _current(lab: Lab, plan: Plan, item: Item) -> Subject:
    return find_item(lab, plan, item.name).subject
