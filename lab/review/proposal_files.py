"""Read the proposed specs of a lab. An agent wrote them, so a file may be damaged or a link to somewhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from compiler.base.paths import Lab
from lab.approvals.plain_file import read_plain_file
from lab.approvals.subject import InvalidDecision, Subject


@dataclass(frozen=True)
class ProposalFile:
    """A proposed spec. `parent` is the experiment in whose folder it is. The file is named after the new experiment.

    `problem` is the reason for which it cannot be read, "" if it can.
    """

    file: Path
    parent: str
    content: bytes = b""
    problem: str = ""

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    @property
    def subject(self) -> Subject:
        return Subject("proposal", self.name, sha256(self.content).hexdigest())


def proposal_files(lab: Lab) -> list[ProposalFile]:
    """Return the proposals of all experiments, ordered by experiment and name. Names that are no ids are left out."""
    return [read_proposal(file) for file in sorted(_files(lab))]


def read_proposal(file: Path) -> ProposalFile:
    """Return the current content of a proposal, or why it cannot be read."""
    parent = file.parent.parent.name
    try:
        content = read_plain_file(file)
        content.decode("utf-8")
    except InvalidDecision as error:
        return ProposalFile(file, parent, problem=f"the file {error}")
    except UnicodeDecodeError:
        return ProposalFile(file, parent, problem="the file is not UTF-8")
    except OSError as error:
        return ProposalFile(file, parent, problem=f"the file cannot be read: {error.strerror}")
    return ProposalFile(file, parent, content)


def _files(lab: Lab) -> Iterator[Path]:
    for file in lab.results.glob("experiments/*/proposals/*.yaml"):
        try:
            Subject("proposal", file.stem, "0" * 64)
        except InvalidDecision:
            continue
        yield file
