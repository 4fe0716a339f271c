"""Run DVC in a lab. It runs as a program, because importing it takes a second and its Python API changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab

_BATCH = 2000  # targets of one call, because the kernel limits the length of a command


class DvcFailed(InputError):
    """A command of DVC failed. The message has its last error."""


def commit(lab: Lab, targets: Sequence[Path]) -> None:
    """Store the outs of files of DVC in the cache, and write their hashes into these files.

    The outs stay as they are: DVC does not replace them by links to its cache.

    Raises:
        DvcFailed: DVC cannot read an out, cannot write to its cache, or another process of DVC is running.
    """
    for batch in _batches(lab, targets):
        _run(lab, "commit", "--force", "--no-relink", *batch)


def fetch(lab: Lab, targets: Sequence[Path], remote: str | None = None) -> None:
    """Download the content of pointers to the cache. Raises DvcFailed if some of it cannot be downloaded."""
    option = ("--remote", remote) if remote else ()
    for batch in _batches(lab, targets):
        _run(lab, "fetch", *option, *batch)


def cache_folder(lab: Lab) -> Path:
    """Return the folder of DVC's cache, which its configuration names. Raises DvcFailed."""
    return Path(_run(lab, "cache", "dir").strip())


def _batches(lab: Lab, targets: Sequence[Path]) -> Iterator[list[str]]:
    names = [target.relative_to(lab.root).as_posix() for target in targets]
    yield from (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _run(lab: Lab, command: str, *arguments: str) -> str:
    completed = subprocess.run(
        [sys.executable, "-m", "dvc", command, *arguments],
        cwd=lab.root,
        env=os.environ | {"DVC_NO_ANALYTICS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if completed.returncode:
        raise DvcFailed(f"dvc {command} failed in {lab.root}: {_reason(completed.stderr or completed.stdout)}")
    return completed.stdout


def _reason(output: str) -> str:
    """Return the errors in the output of DVC, or its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return "; ".join(errors) or (lines or ["no message"])[-1]
