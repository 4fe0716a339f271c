"""Define who decides: a person, or the policy of an autonomous lab. The name of a person never looks like a program."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from lab.approvals.subject import InvalidDecision

ActorKind = Literal["person", "policy"]
NameSource = Literal["--as", "PROBAND_AS", "git", "user"]
_MAX_LENGTH = 200
_PROGRAMS = frozenset({"agent", "policy", "worker", "proband"})
# Programs are written as `agent:writer`. Signs that look like a colon count as one.
_COLON = re.compile("[:\u02d0\u02f8\u2236\ua789]")


@dataclass(frozen=True)
class Actor:
    """Who decides. `source` is where the name of a person comes from: an option, an environment variable, git, or the
    user of the operating system.

    Raises:
        InvalidDecision: The kind is unknown, or the name is not that of such an actor.
    """

    kind: ActorKind
    name: str
    email: str | None = None
    source: NameSource | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(ActorKind):
            raise InvalidDecision(f"by: the kind {self.kind!r} is neither person nor policy")
        problem = text_problem(self.name) or (name_problem(self.name) if self.kind == "person" else "")
        if problem:
            raise InvalidDecision(f"by: {problem}")
        if self.email is not None and text_problem(self.email):
            raise InvalidDecision(f"by: the e-mail address is wrong: {text_problem(self.email)}")
        if self.source is not None and self.source not in get_args(NameSource):
            raise InvalidDecision(f"by: the source {self.source!r} is none of {', '.join(get_args(NameSource))}")

    def __str__(self) -> str:
        return self.name if self.kind == "person" else f"policy {self.name}"


def text_problem(name: object) -> str:
    """Return why a value cannot be a name, "" if it can: it is one line of visible text."""
    if not isinstance(name, str) or not name.strip():
        return "the name is empty"
    if not name.isprintable():  # also characters without width, and those that change the direction of the text
        return f"the name {name!r} has control characters"
    if name != name.strip():
        return f"the name {name!r} begins or ends with a blank"
    return f"the name has more than {_MAX_LENGTH} characters" if len(name) > _MAX_LENGTH else ""


def name_problem(name: str) -> str:
    """Return why a text is not the name of a person, "" if it can be. Capitals and wide letters change nothing."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    if plain in _PROGRAMS:
        return f"{name!r} is the name of a program, not of a person"
    return f"{name!r} is not the name of a person: a colon marks agents and programs" if _COLON.search(plain) else ""
