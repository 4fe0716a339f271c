"""Run a program for a limited time and keep a limited part of its output."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

SECONDS = 20.0  # after which a program counts as hanging
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Output:
    """The first bytes that a program printed, and how many it printed altogether."""

    content: bytes
    size: int

    @property
    def is_complete(self) -> bool:
        return len(self.content) == self.size


def command_output(
    command: Sequence[str],
    folder: Path,
    limit: int,
    environ: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Output | None:
    """Return what a program prints. None if it is not installed, fails, or does not end within `seconds`.

    Args:
        limit: the number of bytes that are kept. The others are only counted, so that they need no memory.
        environ: the environment of the program, by default that of this process.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its own process group, so that programs which it starts can be killed as well
        )
    except OSError:
        return None
    timer = Timer(seconds, _kill_with_children, [process])
    timer.start()
    try:
        assert process.stdout
        content, size = bytearray(), 0
        while chunk := process.stdout.read(_CHUNK):
            content += chunk[: max(0, limit - len(content))]
            size += len(chunk)
        return Output(bytes(content), size) if process.wait() == 0 else None
    finally:
        timer.cancel()
        if process.poll() is None:
            _kill_with_children(process)
            process.wait()
        if process.stdout:
            process.stdout.close()


def _kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """Kill a program and the programs that it started, which may keep its output open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
