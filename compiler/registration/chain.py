"""Read the registration chain, check it, and append to it.

Each line is one entry and contains the sha256 of the line before. Entries are only appended, under a lock. A chain with
a damaged line is an error for every reader that decides on evidence, because a repair would hide what was lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.registration.entry import SCHEMA_VERSION, Entry, LookEntry, RegistrationEntry, decode, encode

Clock = Callable[[], datetime]


class DamagedChain(InputError):
    """A line of the chain was edited, deleted or truncated."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries of a chain in their order."""

    entries: tuple[Entry, ...] = ()

    @property
    def head(self) -> str:
        """The sha256 of the last line, an empty text if there is none."""
        return self.entries[-1].sha256 if self.entries else ""

    @property
    def registrations(self) -> tuple[RegistrationEntry, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, RegistrationEntry))

    def registrations_of(self, experiment_id: str) -> tuple[RegistrationEntry, ...]:
        return tuple(entry for entry in self.registrations if entry.experiment_id == experiment_id)

    def latest_registration(self, experiment_id: str) -> RegistrationEntry | None:
        registrations = self.registrations_of(experiment_id)
        return registrations[-1] if registrations else None

    def looks_of(self, experiment_id: str) -> tuple[LookEntry, ...]:
        looks = (entry for entry in self.entries if isinstance(entry, LookEntry))
        return tuple(look for look in looks if look.experiment_id == experiment_id)

    @property
    def named_runs(self) -> frozenset[str]:
        """The runs that an entry names as known or evaluated. They stay known if their folders are deleted."""
        named: set[str] = set()
        for entry in self.entries:
            named.update(entry.runs if isinstance(entry, LookEntry) else entry.known_runs)
        return frozenset(named)


def read_chain(file: Path) -> Chain:
    """Return the chain, an empty one if the file does not exist.

    Raises:
        DamagedChain: A line is damaged, or the file cannot be read. The message names the first problem.
    """
    entries, problems = check_lines(chain_content(file))
    if problems:
        remedy = "restore the file from git or a backup; `proband verify` lists all problems"
        raise DamagedChain(f"{file}: {problems[0]} ({remedy})")
    return Chain(tuple(entries))


def readable_chain(file: Path) -> Chain:
    """Return the readable entries of a chain, for a view that also shows labs with a damaged chain."""
    return Chain(tuple(check_lines(chain_content(file))[0]))


def append(lab: Lab, make_entry: Callable[[Chain], Mapping[str, Any] | None]) -> Chain:
    """Append an entry and return the chain.

    Args:
        make_entry: returns the fields of the entry for the chain so far, or None to append nothing. It runs under the
            lock, so that the order of the entries is the order of their times.

    Raises:
        DamagedChain: A line is damaged. Nothing is appended.
    """
    file = lab.registrations
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_name(f".{file.name}.lock")):
        chain = read_chain(file)
        fields = make_entry(chain)
        if fields is None:
            return chain
        position = {"schema_version": SCHEMA_VERSION, "number": len(chain.entries) + 1, "previous": chain.head}
        line = encode({**fields, **position})
        with file.open("ab") as stream:
            stream.write(line + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        return Chain((*chain.entries, decode(line)))


def check_lines(content: bytes) -> tuple[list[Entry], list[str]]:
    """Return the readable entries, and a description of each problem with the number of its line."""
    entries: list[Entry] = []
    problems: list[str] = []
    lines = content.split(b"\n")
    if lines.pop():
        problems.append(f"line {len(lines) + 1}: has no line end, so it was truncated or edited")
    previous = ""
    for number, line in enumerate(lines, 1):
        try:
            entry = decode(line)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
        else:
            entries.append(entry)
            problems += (f"line {number}: {problem}" for problem in _order_problems(entry, number, previous))
        previous = sha256(line).hexdigest()
    return entries, problems


def _order_problems(entry: Entry, number: int, previous: str) -> Iterator[str]:
    if entry.number != number:
        yield f"has the number {entry.number}, so an entry before it was deleted or added"
    if entry.previous != previous:
        yield "does not contain the hash of the line before, so that line was edited, deleted or added"


def chain_content(file: Path) -> bytes:
    """Return the bytes of a chain, none if the file does not exist. Raises DamagedChain if it cannot be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise DamagedChain(f"{file}: cannot be read: {error.strerror}") from error
