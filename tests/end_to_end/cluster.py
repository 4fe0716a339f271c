"""A SLURM of one machine, started by the script of the docs, and builds that are submitted to it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from build import RealLab

from compiler.base.lease import read_lease
from compiler.base.paths import ENGINE

SCRIPT = ENGINE / "docs/one_machine_slurm.sh"
# The machine has no accounting, and is looked at more often than a cluster should be.
OPTIONS = ("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2")
QUICKLY = ("--seconds-between-status-checks", "2", "--latency-wait", "10")


def why_not() -> str:
    """Why no SLURM can be started here; empty when it can."""
    missing = [tool for tool in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "only root can start SLURM"
    return "this machine has a SLURM already" if _is_others(Path("/etc/slurm/slurm.conf")) else ""


def _is_others(conf: Path) -> bool:
    """Not so when the script wrote it: tests that were killed leave it behind, and the script starts over it."""
    return conf.exists() and SCRIPT.name not in conf.read_text(encoding="utf-8").partition("\n")[0]


@dataclass(frozen=True)
class Job:
    """What the controller knows of a job, also of one that ended some minutes ago."""

    id: str
    state: str
    asked_for: str  # the rule and wildcards, or the pack
    cpus: int
    memory: str
    time_limit: str
    restarts: int
    folder: str


class OneMachine:
    """The running SLURM."""

    def jobs(self, lab: RealLab) -> list[Job]:
        """Those of one lab, in the order they were submitted."""
        lines = output("scontrol", "show", "job", "--oneliner").splitlines()
        found = [_job(line) for line in lines if line.startswith("JobId=")]
        return sorted((job for job in found if job.folder == str(lab.root)), key=lambda job: int(job.id))

    def running(self, lab: RealLab, at_least: int) -> list[Job]:
        """Once so many of them train."""

        def training() -> list[Job]:
            found = [job for job in self.jobs(lab) if job.state == "RUNNING"]
            folders = (lab.root / "results/runs/.partial").glob("*/")
            live = [lease for folder in folders if (lease := read_lease(folder)) and lease.is_live]
            return found if len(found) >= at_least and len(live) >= at_least else []

        return until(training, f"{at_least} jobs train")

    def kill_node_daemon(self) -> None:
        """As a crash would; and start it again."""
        os.kill(int(Path("/var/spool/one_machine_slurm/slurmd.pid").read_text()), signal.SIGKILL)
        time.sleep(1)
        subprocess.run(["sh", str(SCRIPT), "node"], check=True)


@contextmanager
def one_machine() -> Iterator[OneMachine]:
    subprocess.run(["sh", str(SCRIPT), "start"], check=True)
    try:
        yield OneMachine()
    finally:
        subprocess.run(["sh", str(SCRIPT), "stop"], check=True)


def submitted(*targets: str) -> tuple[str, ...]:
    """The command that builds on the cluster."""
    profile = str(ENGINE / "profiles/slurm")
    command = (sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--profile", profile)
    return (*command, *OPTIONS, *QUICKLY, *targets)


@contextmanager
def building(lab: RealLab, *targets: str) -> Iterator[subprocess.Popen[bytes]]:
    """A build that goes on while the test does harm to it."""
    with (lab.root / "build.log").open("wb") as log:
        process = subprocess.Popen(submitted(*targets), cwd=lab.root, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(60)
                process.kill()


T = TypeVar("T")


def until(found: Callable[[], T], what: str, seconds: float = 300) -> T:
    """The first answer that is something. Raises AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.5)
    return answer


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _job(line: str) -> Job:
    field = dict(re.findall(r"(\S+?)=(\S*)", line))
    memory = field.get("MinMemoryNode", "")
    return Job(
        field["JobId"],
        field["JobState"],
        field.get("Comment", ""),
        int(field["NumCPUs"]),
        memory,
        field["TimeLimit"],
        int(field["Restarts"]),
        field["WorkDir"],
    )
