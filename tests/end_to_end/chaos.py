"""A build under fire: processes of it are killed at random instants, and it is given again until it is done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from build import RealLab

from compiler.base.paths import ENGINE

ROLES = {"snakemake": "driver", "client.py": "client", "rules.jobserver.job": "training"}


# How likely a part is chosen where all run, before any of it was killed. Without its driver a build is over.
WEIGHTS = {"driver": 0.2, "server": 1, "client": 2, "training": 4, "shell": 1}
KILLS_A_BUILD, LONGEST_PAUSE = 8, 1.0


@dataclass
class Chaos:
    """`seconds` is what an undisturbed build takes; `kills` counts victims by their part in the build."""

    lab: RealLab
    chance: random.Random
    seconds: float
    kills: Counter[str] = field(default_factory=Counter)
    builds: int = 0

    def rage(self) -> None:
        """One build: from a random instant on a few kills in quick succession, the last of which ends it.

        Every other build gets to its trainings first: on a busy machine few of those under fire from the start do.
        """
        self.builds += 1
        with self.driver() as driver:
            if self.builds % 2:
                time.sleep(self.chance.uniform(0, self.seconds))
            else:
                self._await_training(driver)
            for _ in range(KILLS_A_BUILD):
                if driver.poll() is None:
                    self._kill_one(driver)
                    time.sleep(self.chance.uniform(0, LONGEST_PAUSE))
            if driver.poll() is None:
                driver.kill()
                self.kills["driver"] += 1

    def driver(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=self.lab.root, stdin=quiet, stdout=quiet, stderr=quiet, env=activated(), start_new_session=True
        )

    def _await_training(self, driver: subprocess.Popen[bytes]) -> None:
        while driver.poll() is None and "training" not in self._running(driver):
            time.sleep(0.1)

    def _running(self, driver: subprocess.Popen[bytes]) -> dict[str, list[psutil.Process]]:
        by_role: dict[str, list[psutil.Process]] = {}
        try:
            for process in [psutil.Process(driver.pid), *psutil.Process(driver.pid).children(recursive=True)]:
                by_role.setdefault(role(process), []).append(process)
        except psutil.NoSuchProcess:
            pass  # it ended while it was looked at; what was seen until then may still run
        return by_role

    def _kill_one(self, driver: subprocess.Popen[bytes]) -> None:
        by_role = self._running(driver)
        if not by_role:
            return
        try:
            parts = sorted(by_role)
            (name,) = self.chance.choices(parts, [WEIGHTS[part] / (1 + self.kills[part]) for part in parts])
            victim = self.chance.choice(by_role[name])
            victim.send_signal(signal.SIGKILL)
            self.kills[name] += 1
        except psutil.NoSuchProcess:
            pass  # it was quicker


def role(process: psutil.Process) -> str:
    """The part of a process in the build. A training is a child of the server and has its command line."""
    words = process.cmdline()
    parent = process.parent()
    if any("rules.jobserver.server" in word for word in words):
        return "training" if parent and any("rules.jobserver.server" in word for word in parent.cmdline()) else "server"
    return next((name for mark, name in ROLES.items() if any(mark in word for word in words)), "shell")


def activated() -> dict[str, str]:
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
