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

from compiler.paths import ENGINE

ROLES = {"snakemake": "driver", "rules.jobserver.server": "server", "client.py": "client"}


@dataclass
class Chaos:
    """`kills` counts victims by their part in the build, `builds` how often it had to be given."""

    lab: RealLab
    seed: int
    longest: float = 2.5  # seconds between two kills
    kills: Counter[str] = field(default_factory=Counter)
    builds: int = 0

    def rage(self, kills: int, seconds: float) -> None:
        """Kill so many times, or for so long; the build that is running then is killed as a whole."""
        chance, end = random.Random(self.seed), time.monotonic() + seconds
        while self.kills.total() < kills and time.monotonic() < end:
            self.builds += 1
            with self.driver() as driver:
                while driver.poll() is None and self.kills.total() < kills and time.monotonic() < end:
                    time.sleep(chance.uniform(0, self.longest))
                    self._kill_one(driver, chance)
                driver.kill()

    def driver(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=self.lab.root, stdin=quiet, stdout=quiet, stderr=quiet, env=activated(), start_new_session=True
        )

    def _kill_one(self, driver: subprocess.Popen[bytes], chance: random.Random) -> None:
        """One of the parts that run, each as likely as another: else it would be a client nearly every time."""
        by_role: dict[str, list[psutil.Process]] = {}
        try:
            for process in [psutil.Process(driver.pid), *psutil.Process(driver.pid).children(recursive=True)]:
                by_role.setdefault(role(process), []).append(process)
            victim = chance.choice(by_role[chance.choice(sorted(by_role))])
            name = role(victim)
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
