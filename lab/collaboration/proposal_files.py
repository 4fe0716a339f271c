"""Find the proposals of a lab: the specs that agents wrote into the folders of experiments.

An agent wrote them, so a file may be damaged, or a link to somewhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from compiler.base.paths import Lab
from compiler.deliverables.deliverable import FILE_NAME
from lab.approvals.plain_file import read_plain_file
from lab.approvals.subject import InvalidDecision, Subject


@dataclass(frozen=True)
class Proposal:
    """A proposed spec. `id` is the experiment that it would become, `parent` the experiment in whose folder it is.

    `content` are the bytes of its file. They are empty if the file cannot be used; then `problem` is the reason.
    """

    id: str
    parent: str
    file: Path
    content: bytes = b""
    problem: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def subject(self) -> Subject:
        """What a decision about the proposal binds to: exactly these bytes."""
        return Subject("proposal", self.id, sha256(self.content).hexdigest())


def read_proposals(lab: Lab) -> tuple[Proposal, ...]:
    """Return all proposals in the order of their experiments and names. Names that are no ids are left out."""
    files = sorted(lab.results.glob("experiments/*/proposals/*.yaml"))
    return tuple(read_proposal(file) for file in files if re.fullmatch(FILE_NAME, file.stem, re.ASCII))


def read_proposal(file: Path) -> Proposal:
    """Return the current content of a proposal, or why it cannot be used."""
    name, parent = file.stem, file.parent.parent.name
    try:
        content = read_plain_file(file)
        content.decode("utf-8")
    except InvalidDecision as error:
        return Proposal(name, parent, file, problem=f"the file {error}")
    except UnicodeDecodeError:
        return Proposal(name, parent, file, problem="the file is not UTF-8")
    except OSError as error:
        return Proposal(name, parent, file, problem=f"the file cannot be read: {error.strerror}")
    return Proposal(name, parent, file, content)


def is_placed(lab: Lab, proposal: Proposal) -> bool:
    """Return whether `conf/experiment/` has the proposal byte for byte."""
    try:
        return not proposal.problem and read_plain_file(lab.spec(proposal.id)) == proposal.content
    except (InvalidDecision, OSError):
        return False
