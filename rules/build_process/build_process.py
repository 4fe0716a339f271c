"""Start Snakemake in a process group of its own, so that Ctrl-C in a terminal reaches it only through its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from compiler.base.paths import ENGINE


def snakemake_command(*words: str) -> list[str]:
    """Return the command of a build with the Python and the Snakefile of this engine."""
    return [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), *words]


def start_build(
    command: Sequence[str],
    folder: Path = Path(),
    output: BinaryIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process with the default handling of SIGINT, which shells disable for background processes.

    Args:
        folder: the lab, in which the process runs.
        output: takes its standard output and error. By default the process writes to those of this process.
    """
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
    finally:
        signal.signal(signal.SIGINT, previous_handler)


def interrupt_build(process: subprocess.Popen[bytes]) -> None:
    """Send Ctrl-C to a build and its jobs."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
