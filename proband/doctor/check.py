"""The result of a check of the environment."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["ok", "note", "problem"]  # a note is no obstacle: something optional is missing
_SECONDS = 10


@dataclass(frozen=True)
class Check:
    """What was checked, what was seen, and how to change it. `fix` is empty if nothing has to be done."""

    name: str
    state: State
    detail: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.state:8}{self.name}: {self.detail}" + (f" ({self.fix})" if self.fix else "")


@dataclass(frozen=True)
class Outcome:
    """The exit code of a program and the last line of its output. `code` is None if it could not be run."""

    code: int | None
    line: str


def run_program(*command: str, folder: Path | None = None) -> Outcome:
    """Run a program for at most ten seconds."""
    try:
        completed = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except OSError as error:
        return Outcome(None, f"{command[0]} cannot be run: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Outcome(None, f"{command[0]} did not answer within {_SECONDS} s")
    lines = completed.stdout.strip().splitlines()
    return Outcome(completed.returncode, lines[-1].strip() if lines else "")
