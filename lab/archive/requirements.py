"""Check what archiving needs: git, which stores the pointers, and a DVC repository, which stores the content."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.lab_trust.git_remotes import working_tree
from compiler.base.paths import Lab
from compiler.runs.dvc_repository.dvc_init import dvc_init_command

FindModule = Callable[[str], object | None]


class ArchiveUnavailable(InputError):
    """The lab has no git or no DVC repository. Only archiving and restoring need them."""


def require_repository(lab: Lab, find_module: FindModule = find_spec) -> None:
    """Raise ArchiveUnavailable, with the command that fixes it, if the lab cannot be archived or restored."""
    root = lab.root.resolve()
    tree, repository = working_tree(root), dvc_repository(root)
    if tree is None:
        commands = "git init" if repository is not None else "git init && dvc init"
        problem, fix = "is not in a git repository, which would store the pointers", f"run `{commands}`"
    elif find_module("dvc") is None:
        problem, fix = "cannot be archived, because DVC is not installed", "run `pip install dvc`"
    elif repository is None:
        problem = "has no DVC repository, which would store the content"
        fix = f"run `{shlex.join(dvc_init_command(root))}`"
    else:
        return
    raise ArchiveUnavailable(f"{lab.root}: the lab {problem} ({fix} in the lab; everything else works without)")


def dvc_repository(root: Path) -> Path | None:
    """Return the folder of the DVC repository that contains a folder, None if there is none."""
    return next((folder for folder in (root, *root.parents) if (folder / ".dvc").is_dir()), None)
