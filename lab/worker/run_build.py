"""Run the build of a job, until it ends, the job is cancelled, or the worker is interrupted."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.lease import HEARTBEAT_SECONDS
from compiler.base.paths import Lab
from lab.queue.leases import JobLease
from rules.build_process.build_process import interrupt_build, snakemake_command, start_build
from rules.jobserver.client import ACTOR

_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class BuildEnd:
    """How a build ended. `cancelled` is the request that stopped it."""

    exit_code: int
    is_interrupted: bool = False
    cancelled: Mapping[str, Any] | None = None


def build_command(cores: str, profile: str | None) -> tuple[str, ...]:
    """Return the command of Snakemake, to which the name of an experiment is added."""
    return (*snakemake_command("--cores", cores), *(("--profile", profile) if profile else ()))


def worker_name() -> str:
    return f"worker:{platform.node()}:{os.getpid()}"


def run_build(lab: Lab, command: Sequence[str], experiment: str, log: Path, lease: JobLease) -> BuildEnd:
    """Run a build and write its output to a log. Ctrl-C and a cancelled job stop the build, which keeps its runs."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    with log.open("wb") as output:
        environ = os.environ | {ACTOR: worker_name()}
        process = start_build([*command, experiment], lab.root, output, environ)
        is_interrupted, cancelled = False, None
        while True:
            try:
                code = _wait(process, lease, is_stopping=is_interrupted or cancelled is not None)
                if code is not None:
                    return BuildEnd(code, is_interrupted, cancelled)
                cancelled = lease.cancel_request
            except KeyboardInterrupt:
                is_interrupted = True
            interrupt_build(process)


def _wait(process: subprocess.Popen[bytes], lease: JobLease, is_stopping: bool) -> int | None:
    """Return the exit code of a build. None if the job was cancelled, unless the build is stopping already."""
    next_beat = time.monotonic()
    while True:
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        if time.monotonic() >= next_beat:
            lease.beat()
            next_beat = time.monotonic() + HEARTBEAT_SECONDS
        if not is_stopping and lease.cancel_request is not None:
            return None
