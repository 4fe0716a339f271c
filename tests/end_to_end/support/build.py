"""Build labs with the real Snakemake in a separate process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.paths import ENGINE
from rules.jobserver.client import ADDRESS

SNAKEMAKE = (sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2")


@dataclass(frozen=True)
class Build:
    """The result of one call of Snakemake. `trained` has the ids of the runs that it trained."""

    exit_code: int
    output: str
    trained: frozenset[str]

    def jobs(self, step: str) -> int:
        """Return how many jobs of a step the build announced at its start."""
        match = re.search(rf"jobs to run:.*?(\d+) {step}\b", self.output)
        return int(match[1]) if match else 0


@dataclass(frozen=True)
class RealLab:
    """A lab in a folder. `server` is the address of a job server. If it is empty, each build starts its own server."""

    root: Path
    server: str = ""

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path} does not contain {old!r}"
        self.write(path, text.replace(old, new))

    def copy_shipped_study(self, experiment: str) -> None:
        """Copy a spec that ships with Proband into this lab, so that a bare build includes it."""
        path = f"conf/experiment/{experiment}.yaml"
        self.write(path, (ENGINE / path).read_text(encoding="utf-8"))

    def snakemake(self, *args: str) -> Build:
        return self._build(*SNAKEMAKE, *args)

    def train(self, *args: str) -> Build:
        """Run Hydra's command line."""
        return self._build(sys.executable, "-m", "lightning_modules.train", *args)

    def _build(self, *command: str) -> Build:
        before = self.start_times()
        completed = self.run(*command)
        after = self.start_times()
        trained = frozenset(run for run in after if after[run] != before.get(run))
        return Build(completed.returncode, completed.stdout + completed.stderr, trained)

    def proband(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "proband.cli.main", *args)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the lab, as in an activated environment."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=activated_environment() | ({ADDRESS: self.server} if self.server else {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def json(self, path: str) -> Any:
        """Read a JSON file below results/."""
        return json.loads((self.root / "results" / path).read_text(encoding="utf-8"))

    def runs(self, experiment: str) -> list[dict[str, Any]]:
        """Return the runs in `results.json` of an experiment."""
        return list(self.json(f"experiments/{experiment}/results.json")["runs"])

    def start_times(self) -> dict[str, str]:
        """Return the start time of every finished run by run id."""
        files = (self.root / "results" / "runs").glob("*/status.json")
        return {file.parent.name: json.loads(file.read_text(encoding="utf-8"))["started_at"] for file in files}


@contextmanager
def running_build(lab: RealLab, *targets: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run a build in the background, in a session of its own, and wait for its end after the block."""
    with subprocess.Popen(
        [*SNAKEMAKE, *targets],
        cwd=lab.root,
        env=activated_environment() | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as driver:
        yield driver


def activated_environment() -> dict[str, str]:
    """Return the environment of this process with the directory of its Python first on PATH."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
