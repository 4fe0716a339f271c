"""Find the commit that a lab is at, and whether it contains a spec."""

from __future__ import annotations

from pathlib import Path

from compiler.base.git import Git
from compiler.registration.entry import GitCommit


def registered_commit(git: Git, root: Path, spec: str) -> GitCommit | None:
    """Return the checked-out commit, None outside a repository or before its first commit.

    The content of the spec is compared with the commit, because flags of the index can hide a change. A link is
    committed as its target's path, so a linked spec does not count as committed.

    Args:
        git: runs git in the folder `root` of the lab.
        spec: the file of the spec, relative to the lab.
    """
    commit = git("rev-parse", "HEAD")
    if commit is None:
        return None
    file = root / spec
    is_committed = file.is_file() and not file.is_symlink() and git("show", f"HEAD:./{spec}") == file.read_bytes()
    return GitCommit(commit.decode().strip(), is_committed)
