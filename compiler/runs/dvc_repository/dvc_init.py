"""Find the command that starts a DVC repository in a folder."""

from __future__ import annotations

from pathlib import Path

from compiler.base.lab_trust.git_remotes import working_tree


def dvc_init_command(folder: Path) -> list[str]:
    """Return the command that makes a folder a DVC repository. It depends on the git repository of the folder."""
    tree = working_tree(folder.resolve())
    option = ["--no-scm"] if tree is None else [] if tree == folder.resolve() else ["--subdir"]
    return ["dvc", "init", *option]
