"""Return the person who runs this process. A process that an agent, a worker or a policy started has none."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

from compiler.base.diagnostics import InputError
from compiler.base.git import git_in
from compiler.base.paths import Lab
from lab.approvals.actor import Actor, NameSource
from lab.approvals.subject import InvalidDecision
from rules.jobserver.client import ACTOR

AS = "PROBAND_AS"
_HINT = "give the name of a person: --as NAME, PROBAND_AS=NAME, or git config user.name NAME"


class NotAPerson(InputError):
    """A decision that only a person can make was asked for by a program, or under a name that is not a person's."""


def is_program(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether an agent, a worker or a policy started this process."""
    return bool(environ.get(ACTOR))


def require_person(action: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise NotAPerson if a program started this process, because it cannot do `action`."""
    if is_program(environ):
        raise NotAPerson(f"{ACTOR} is {environ[ACTOR]!r}: a program that a job started cannot {action}")


@contextmanager
def as_program(name: str, environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Mark this process as a program inside the block, in which code of the lab runs."""
    previous = environ.get(ACTOR)
    environ.setdefault(ACTOR, name)
    try:
        yield
    finally:
        if previous is None:
            environ.pop(ACTOR, None)


def person(lab: Lab, as_name: str | None = None, environ: Mapping[str, str] = os.environ) -> Actor:
    """Return the person who decides: `--as`, else PROBAND_AS, else the author in git's config, else the user.

    Raises:
        NotAPerson: A program started this process, or the name is not that of a person.
    """
    if is_program(environ):
        raise NotAPerson(
            f"{ACTOR} is {environ[ACTOR]!r}: only a person can decide this, not a program that a job started"
        )
    name, email, source = next(_names(lab, as_name, environ), (None, None, None))
    if name is None:
        raise NotAPerson(f"the name of the person is unknown ({_HINT})")
    if name in _agents(lab):
        raise NotAPerson(f"'{name}' is the name of a config in conf/agents, not of a person ({_HINT})")
    try:
        return Actor("person", name, email, source)
    except InvalidDecision as error:
        raise NotAPerson(f"{str(error).removeprefix('by: ')} ({_HINT})") from error


def _names(
    lab: Lab, as_name: str | None, environ: Mapping[str, str]
) -> Iterator[tuple[str, str | None, NameSource | None]]:
    """Yield the names in the order in which they are used, each with its e-mail address and source."""
    if as_name is not None:
        yield as_name, None, "--as"
    if AS in environ:
        yield environ[AS], None, "PROBAND_AS"
    author = _git_author(lab)
    if "user.name" in author:
        yield author["user.name"], author.get("user.email") or None, "git"
    try:
        yield getpass.getuser(), None, "user"
    except (KeyError, OSError, ImportError):  # the user has no entry
        return


def _git_author(lab: Lab) -> dict[str, str]:
    """Return `user.name` and `user.email` of git's config. The value of the repository comes after the global one."""
    output = git_in(lab.root)("config", "-z", "--get-regexp", r"^user\.(name|email)$") or b""
    entries = (entry.partition("\n") for entry in output.decode("utf-8", "replace").split("\0") if entry)
    return {key: value for key, _, value in entries}


def _agents(lab: Lab) -> set[str]:
    """Return the names of the configs of language models."""
    return {file.stem for root in lab.conf_roots() for file in (root / "agents").glob("*.yaml")}
