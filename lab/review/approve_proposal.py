"""Approve a proposal: copy it byte for byte to `conf/experiment/`, and record the decision about both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.approvals.subject import Subject
from lab.approvals.subject_hashes import experiment_subject
from lab.collaboration.proposal_files import Proposal, read_proposal
from lab.review.decide import CannotDecide, Choice, check_unchanged, decision_lock, record_choice


class SpecExists(InputError):
    """The file of the new spec exists with another content, so nothing was copied."""


def approve_proposal(lab: Lab, proposal: Proposal, choice: Choice) -> tuple[Path, Path]:
    """Copy the proposal that a person saw, and return the new spec and the file of the decision.

    The decision covers the proposal and the experiment that it becomes. If anything fails, no file remains.

    Raises:
        ChangedSinceShown: The file of the proposal has changed.
        CannotDecide: It is approved already, or it does not compile as a spec of the lab.
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
    target = lab.conf / "experiment" / f"{name}.yaml"
    with _new_file(target, content):
        return target, record_choice(lab, subjects(), choice)


def compiled_subject(lab: Lab, name: str) -> Subject:
    """Return the subject of the experiment that a spec of the lab compiles to. Raises CannotDecide."""
    plan = current_plan(lab)
    if name in plan.experiments:
        return experiment_subject(lab, plan.experiments[name])
    problems = "; ".join(plan.broken.get(name, ("it has another experiment_id",)))
    raise CannotDecide(f"{name}: does not compile as a spec of the lab: {problems} (proband edit {name})")


@contextmanager
def _new_file(file: Path, content: bytes) -> Iterator[None]:
    """Write a file that does not exist, and remove it again if the block fails. An equal file is kept."""
    if file.is_file() and not file.is_symlink() and file.read_bytes() == content:
        yield
        return
    temporary = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        write_bytes(temporary, content)
        os.link(temporary, file)  # fails if the file exists, also if another process has just created it
    except FileExistsError as error:
        raise SpecExists(
            f"{file}: exists with another content (delete or rename it, or reject the proposal)"
        ) from error
    except OSError as error:
        raise SpecExists(f"{file}: cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
