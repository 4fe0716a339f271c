"""Run DVC in a lab. It runs as a program, because importing it takes a second and its Python API changes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.base.redaction import redact_keys
from lab.archive.requirements import dvc_repository
from lightning_modules.data.with_dvc.repository_lock import repository_lock

_BATCH = 2000  # targets of one call, because the kernel limits the length of a command
_BUSY = ("Unable to acquire lock", "is busy, it is being")  # messages of DVC about another process of DVC
_MAX_WAIT = 60.0  # seconds


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


def remote_address(lab: Lab, remote: str | None) -> tuple[str, str]:
    """Return the name of a remote, or of the default one, and its address, which is empty if DVC does not know it."""
    name = remote or _run(lab, "config", "core.remote").strip()
    try:
        return name, _run(lab, "config", f"remote.{name}.url").strip()
    except DvcFailed:
        return name, ""


def require_remote(lab: Lab) -> None:
    """Raise DvcFailed, with the command that fixes it, if DVC has no default remote. `dvc fetch` would say nothing."""
    if not _run(lab, "config", "core.remote").strip():
        fix = "run `dvc remote add --default NAME URL`, or give --remote NAME"
        raise DvcFailed(f"{lab.root}: content is missing in DVC's cache, and there is no default remote ({fix})")


def _run(lab: Lab, command: str, *arguments: str) -> str:
    """Run a command, and wait for another process of DVC, which may be one that outlived a killed command.

    DVC refuses to work twice at once. Builds of other labs with the same repository hold the same lock.
    """
    repository = dvc_repository(lab.root.resolve()) or lab.root
    deadline, is_reported = time.monotonic() + _MAX_WAIT, False
    with repository_lock(repository):
        while True:
            completed = _completed(lab, command, arguments)
            if not completed.returncode:
                return completed.stdout
            is_busy = any(text in completed.stderr for text in _BUSY)
            if not is_busy or time.monotonic() > deadline:
                reason = _reason(completed.stderr or completed.stdout, completed.returncode)
                raise DvcFailed(f"dvc {command} failed in {lab.root}: {reason}")
            if not is_reported:
                print("another process of DVC is running here; waiting for it to finish", file=sys.stderr, flush=True)
            is_reported = True
            time.sleep(0.5)


def _completed(lab: Lab, command: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dvc", command, *arguments],
        cwd=lab.root,
        env=os.environ | {"DVC_NO_ANALYTICS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _reason(output: str, returncode: int) -> str:
    """Return the errors in the output of DVC, or its last line, without passwords, which addresses can contain.

    Args:
        returncode: of DVC. A negative one is the signal that killed it.
    """
    if returncode < 0:
        return f"it was killed by signal {-returncode}; run the command again"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return redact_keys("; ".join(errors) or (lines or [f"exit code {returncode} without a message"])[-1])
