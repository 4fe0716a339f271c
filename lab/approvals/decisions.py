"""Define the decisions of a lab: those that count, and the files that are damaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compiler.recorded_files.damaged_file import DamagedFile
from lab.approvals.decision import Decision
from lab.approvals.file_names import file_name


@dataclass(frozen=True)
class Decisions:
    """The valid decisions in the order in which they were made, and the files that are none.

    `signers` has the verified name or e-mail address of each signed decision, by the name of its file.
    """

    recorded: tuple[Decision, ...] = ()
    damaged: tuple[DamagedFile, ...] = ()
    signers: Mapping[str, str] = field(default_factory=dict)

    def signer(self, decision: Decision) -> str | None:
        return self.signers.get(file_name(decision))

    @property
    def with_signature(self) -> Decisions:
        """The decisions that count if signatures are required: approvals without a signature do not."""
        kept = tuple(made for made in self.recorded if made.outcome != "approved" or self.signer(made))
        return replace(self, recorded=kept)
