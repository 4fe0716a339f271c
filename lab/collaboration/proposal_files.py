"""Find the proposals of a lab: the specs that agents wrote into the folders of experiments."""

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

    `content` are the bytes of its file, None if the file cannot be read; then `problem` is the reason.
    """

    id: str
    parent: str
    file: Path
    content: bytes | None
    problem: str = ""

    @property
    def subject(self) -> Subject:
        """What a decision about the proposal binds to: exactly these bytes."""
        return Subject("proposal", self.id, sha256(self.content or b"").hexdigest())


def read_proposals(lab: Lab) -> tuple[Proposal, ...]:
    """Return all proposals in the order of their experiments and names."""
    folder = lab.results / "experiments"
    files = sorted(folder.glob("*/proposals/*.yaml")) if folder.is_dir() else []
    return tuple(_proposal(file) for file in files if re.fullmatch(FILE_NAME, file.stem, re.ASCII))


def _proposal(file: Path) -> Proposal:
    parent = file.parent.parent.name
    try:
        return Proposal(file.stem, parent, file, read_plain_file(file))
    except (InvalidDecision, OSError) as error:
        return Proposal(file.stem, parent, file, None, f"cannot be read: {error}")


def spec_file(lab: Lab, proposal: Proposal) -> Path:
    """Return the file that the proposal becomes in `conf/experiment/`."""
    return lab.conf / "experiment" / f"{proposal.id}.yaml"


def is_placed(lab: Lab, proposal: Proposal) -> bool:
    """Return whether `conf/experiment/` has the proposal byte for byte."""
    try:
        return proposal.content is not None and read_plain_file(spec_file(lab, proposal)) == proposal.content
    except (InvalidDecision, OSError):
        return False
