"""Run git in a folder."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Git = Callable[..., bytes | None]  # takes the arguments of git, returns None if the command fails


def git_in(root: Path) -> Git:
    """Return a function that runs git in a folder. It returns None if git is missing or the command fails."""

    def run(*arguments: str) -> bytes | None:
        try:
            return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None

    return run
