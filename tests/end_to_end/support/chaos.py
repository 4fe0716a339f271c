"""Start builds of a lab and kill their processes at random moments."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil

from tests.end_to_end.support.build import SNAKEMAKE, RealLab, activated_environment

SERVER = "rules.jobserver.run_server"
ROLES = {"snakemake": "driver", "client.py": "client", "rules.jobserver.job": "training"}
# The chance that a role is selected while all roles run and none was killed. Killing the driver ends the build.
WEIGHTS = {"driver": 0.2, "server": 1, "client": 2, "training": 4, "shell": 1}
KILLS_PER_BUILD, LONGEST_PAUSE = 8, 1.0


@dataclass
class Chaos:
    """Disturbs builds of a lab and counts the killed processes by role in `kills`.

    `build_seconds` is the duration of an undisturbed build.
    """

    lab: RealLab
    random: random.Random
    build_seconds: float
    kills: Counter[str] = field(default_factory=Counter)
    builds: int = 0

    def disturbed_build(self) -> None:
        """Start a build, kill a few of its processes in quick succession from a random moment on, and end it.

        In every second build, the first kill waits for a training. Otherwise few builds on a busy machine would reach
        their trainings.
        """
        self.builds += 1
        with self.driver() as driver:
            if self.builds % 2:
                time.sleep(self.random.uniform(0, self.build_seconds))
            else:
                self._wait_for_training(driver)
            for _ in range(KILLS_PER_BUILD):
                if driver.poll() is None:
                    self._kill_a_process(driver)
                    time.sleep(self.random.uniform(0, LONGEST_PAUSE))
            if driver.poll() is None:
                driver.kill()
                self.kills["driver"] += 1

    def driver(self) -> subprocess.Popen[bytes]:
        null = subprocess.DEVNULL
        return subprocess.Popen(
            SNAKEMAKE,
            cwd=self.lab.root,
            stdin=null,
            stdout=null,
            stderr=null,
            env=activated_environment(),
            start_new_session=True,
        )

    def _wait_for_training(self, driver: subprocess.Popen[bytes]) -> None:
        while driver.poll() is None and "training" not in self._processes_by_role(driver):
            time.sleep(0.1)

    def _processes_by_role(self, driver: subprocess.Popen[bytes]) -> dict[str, list[psutil.Process]]:
        processes: dict[str, list[psutil.Process]] = {}
        try:
            for process in [psutil.Process(driver.pid), *psutil.Process(driver.pid).children(recursive=True)]:
                processes.setdefault(role(process), []).append(process)
        except psutil.NoSuchProcess:
            pass  # a process ended during the listing, but the others may still run
        return processes

    def _kill_a_process(self, driver: subprocess.Popen[bytes]) -> None:
        processes = self._processes_by_role(driver)
        if not processes:
            return
        try:
            roles = sorted(processes)
            (name,) = self.random.choices(roles, [WEIGHTS[role] / (1 + self.kills[role]) for role in roles])
            self.random.choice(processes[name]).send_signal(signal.SIGKILL)
            self.kills[name] += 1
        except psutil.NoSuchProcess:
            pass  # the process ended by itself before the signal


def role(process: psutil.Process) -> str:
    """Return the role of a process in a build. A training is a child of the server and has the same command line."""
    words = process.cmdline()
    parent = process.parent()
    if any("rules.jobserver.run_server" in word for word in words):
        return (
            "training"
            if parent and any("rules.jobserver.run_server" in word for word in parent.cmdline())
            else "server"
        )
    return next((name for mark, name in ROLES.items() if any(mark in word for word in words)), "shell")
