"""Define what a decision is about: the kind, name and sha256 of a content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["experiment", "proposal", "report", "publication", "flag"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
# The name of a report or flag is that of its experiment, a slash, and its own.
_TWO_PARTS = frozenset({"report", "flag"})


class InvalidDecision(ValueError):
    """A decision or its subject has a value that is not allowed. The message names the field."""


@dataclass(frozen=True, order=True)
class Subject:
    """A content that can be decided on.

    Attributes:
        name: the id of an experiment (kinds experiment, proposal and publication), or this id, a slash and the name of
            a report or flag.
        sha256: 64 lower-case hex digits. A decision counts for exactly this content.

    Raises:
        InvalidDecision: A field has another form.
    """

    kind: Kind
    name: str
    sha256: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidDecision(f"subjects: the kind {self.kind!r} is none of {', '.join(KINDS)}")
        parts = f"{_PART}/{_PART}" if self.kind in _TWO_PARTS else _PART
        if not isinstance(self.name, str) or not re.fullmatch(parts, self.name):
            form = "<experiment>/<name>" if self.kind in _TWO_PARTS else "the id of an experiment"
            raise InvalidDecision(f"subjects: the name {self.name!r} of a {self.kind} is not {form}")
        if not isinstance(self.sha256, str) or not SHA256.fullmatch(self.sha256):
            raise InvalidDecision(f"subjects: the sha256 {self.sha256!r} is not 64 lower-case hex digits")

    @property
    def experiment(self) -> str:
        """The id of the experiment that the content belongs to."""
        return self.name.partition("/")[0]

    def is_same_item(self, other: Subject) -> bool:
        """Return whether both are versions of one item: their kinds and names are equal."""
        return (self.kind, self.name) == (other.kind, other.name)
