"""Start a SLURM cluster on one machine with the script in docs/, and run builds that submit jobs to it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from compiler.base.lease import read_lease
from compiler.base.paths import ENGINE
from tests.end_to_end.support.build import RealLab

SCRIPT = ENGINE / "docs/one_machine_slurm.sh"
# The cluster has no accounting, and the tests ask for job states more often than users should.
OPTIONS = ("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2")
SHORT_WAITS = ("--seconds-between-status-checks", "2", "--latency-wait", "10")


def missing_requirement() -> str:
    """Return why SLURM cannot be started here, or an empty text."""
    missing = [tool for tool in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "only root can start SLURM"
    return "this machine has a SLURM already" if _is_foreign(Path("/etc/slurm/slurm.conf")) else ""


def _is_foreign(conf: Path) -> bool:
    """Check whether another program wrote the config. The config of SCRIPT remains after killed tests."""
    return conf.exists() and SCRIPT.name not in conf.read_text(encoding="utf-8").partition("\n")[0]


@dataclass(frozen=True)
class Job:
    """A job as the controller shows it, for some minutes also after its end."""

    id: str
    state: str
    comment: str  # rule and wildcards, or the pack
    cpus: int
    memory: str
    time_limit: str
    restarts: int
    folder: str


class OneMachine:
    """A running SLURM cluster of one machine."""

    def jobs(self, lab: RealLab) -> list[Job]:
        """Return the jobs of a lab in the order of submission."""
        lines = output("scontrol", "show", "job", "--oneliner").splitlines()
        jobs = [_job(line) for line in lines if line.startswith("JobId=")]
        return sorted((job for job in jobs if job.folder == str(lab.root)), key=lambda job: int(job.id))

    def running(self, lab: RealLab, at_least: int) -> list[Job]:
        """Wait until at least `at_least` jobs train, and return the running jobs."""

        def training() -> list[Job]:
            jobs = [job for job in self.jobs(lab) if job.state == "RUNNING"]
            folders = (lab.root / "results/runs/.partial").glob("*/")
            live = [lease for folder in folders if (lease := read_lease(folder)) and lease.is_running]
            return jobs if len(jobs) >= at_least and len(live) >= at_least else []

        return wait_for(training, f"{at_least} jobs train")

    def kill_node_daemon(self) -> None:
        """Kill slurmd as a crash would, then start it again."""
        os.kill(int(Path("/var/spool/one_machine_slurm/slurmd.pid").read_text()), signal.SIGKILL)
        time.sleep(1)
        subprocess.run(["sh", str(SCRIPT), "node"], check=True)


@contextmanager
def one_machine() -> Iterator[OneMachine]:
    with FileLock(Path(tempfile.gettempdir()) / "one_machine_slurm.lock"):  # another test session may run a cluster
        subprocess.run(["sh", str(SCRIPT), "start"], check=True)
        try:
            yield OneMachine()
        finally:
            subprocess.run(["sh", str(SCRIPT), "stop"], check=True)


def submitted(*targets: str) -> tuple[str, ...]:
    """Return the command of a build on the cluster."""
    profile = str(ENGINE / "profiles/slurm")
    command = (sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--profile", profile)
    return (*command, *OPTIONS, *SHORT_WAITS, *targets)


@contextmanager
def building(lab: RealLab, *targets: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a build in the background, and stop it at the end of the block."""
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


def wait_for(value: Callable[[], T], description: str, seconds: float = 300) -> T:
    """Return the first true value. Raises AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while not (result := value()):
        assert time.monotonic() < end, f"not within {seconds} s: {description}"
        time.sleep(0.5)
    return result


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
