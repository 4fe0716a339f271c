"""Approve a proposal: copy it byte for byte to `conf/experiment/`, and record the decision about both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from compiler.base.paths import Lab
from lab.approvals.subject import Subject
from lab.collaboration.proposal_files import Proposal, read_proposal
from lab.review.decide import Choice, check_unchanged, decision_lock, record_choice
from lab.spec_files.compiled_subject import compiled_subject
from lab.spec_files.new_spec import new_spec


def approve_proposal(lab: Lab, proposal: Proposal, choice: Choice) -> tuple[Path, Path]:
    """Copy the proposal that a person saw, and return the new spec and the file of the decision.

    The decision covers the proposal and the experiment that it becomes. If anything fails, no file remains.

    Raises:
        ChangedSinceShown: The file of the proposal has changed.
        CannotDecide: It is approved already.
        NotCompiled: It does not compile as a spec of the lab.
        SpecExists: `conf/experiment/` has another spec of this name.
    """

    def subjects() -> tuple[Subject, ...]:
        return proposal.subject, compiled_subject(lab, proposal.id)

    with decision_lock(lab):
        current = read_proposal(proposal.file)
        check_unchanged(lab, proposal.subject, current.subject, choice.outcome)
        return write_approved_spec(lab, proposal.id, proposal.content, subjects, choice)


def write_approved_spec(
    lab: Lab, name: str, content: bytes, subjects: Callable[[], tuple[Subject, ...]], choice: Choice
) -> tuple[Path, Path]:
    """Write a spec and record the decision about it. Return both files. The caller holds the lock.

    Args:
        subjects: returns what the decision is about. It is called when the spec is written.
    """
    with new_spec(lab, name, content) as spec:
        return spec, record_choice(lab, subjects(), choice)
