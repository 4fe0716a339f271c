"""Start git and DVC in a new lab, if they are installed and the lab does not use them yet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from compiler.base.lab_trust.git_remotes import working_tree
from compiler.runs.dvc_repository.dvc_init import dvc_init_command


def start_version_control(root: Path) -> Iterator[str]:
    """Run `git init` and `dvc init` where they are needed, and yield a note about each."""
    if working_tree(root.resolve()) is None:
        yield _start_git(root)
    if not (root / ".dvc").exists() and find_spec("dvc") is not None:
        yield _start_dvc(root)


def _start_git(root: Path) -> str:
    problem = _run(["git", "init", "--quiet"], root)
    return f"no git repository: {problem}" if problem else "started a git repository; commit when you like"


def _start_dvc(root: Path) -> str:
    problem = _run([sys.executable, "-m", *dvc_init_command(root), "--quiet"], root)
    return f"no DVC repository: {problem}" if problem else "started a DVC repository for data files"


def _run(command: list[str], folder: Path) -> str:
    """Run a command. Return an empty text, or the last line of its output if it fails."""
    try:
        completed = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        return f"{command[0]} cannot be run: {error.strerror}"
    lines = (completed.stderr or completed.stdout).strip().splitlines()
    return (lines or ["unknown error"])[-1] if completed.returncode else ""
