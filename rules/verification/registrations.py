"""Check the chain of registrations."""

from __future__ import annotations

from collections.abc import Collection

from compiler.base.git import git_in
from compiler.base.paths import Lab
from compiler.registration.verification import chain_problems, head_statement
from rules.verification.check import Check


def check_registrations(lab: Lab, names: Collection[str] | None) -> Check:
    """Check all entries. Only the tests of the named experiments need their runs; None names all experiments."""
    git = git_in(lab.root)
    entries = lab.registrations.read_bytes().count(b"\n") if lab.registrations.is_file() else 0
    name = "the registrations are a chain, older than their runs, and cited as they are"
    return Check(name, entries, "entries", chain_problems(lab, git, names), (head_statement(lab, git),))
