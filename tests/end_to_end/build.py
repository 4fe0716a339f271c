"""A lab in a fresh folder, built by the real Snakemake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.paths import ENGINE


@dataclass(frozen=True)
class Build:
    """How one call of Snakemake ended, and which runs it trained."""

    code: int
    output: str
    trained: frozenset[str]


@dataclass(frozen=True)
class RealLab:
    root: Path

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old!r}"
        self.write(path, text.replace(old, new))

    def adopt(self, experiment: str) -> None:
        """Make a shipped study this lab's own, so that it can be edited."""
        path = f"conf/experiment/{experiment}.yaml"
        self.write(path, (ENGINE / path).read_text(encoding="utf-8"))

    def snakemake(self, *args: str) -> Build:
        return self._build("snakemake", "-s", str(ENGINE / "Snakefile"), "--cores", "2", *args)

    def train(self, *args: str) -> Build:
        """Hydra's command line."""
        return self._build("lightning_modules.train", *args)

    def _build(self, module: str, *args: str) -> Build:
        before = self.starts()
        done = self.run(sys.executable, "-m", module, *args)
        after = self.starts()
        trained = frozenset(run for run in after if after[run] != before.get(run))
        return Build(done.returncode, done.stdout + done.stderr, trained)

    def proband(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "proband.cli.main", *args)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the lab, as in an activated environment."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            command,
            cwd=self.root,
            env=os.environ | {"PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def json(self, path: str) -> Any:
        return json.loads((self.root / "results" / path).read_text(encoding="utf-8"))

    def starts(self) -> dict[str, str]:
        """When each finished run was started."""
        files = (self.root / "results" / "runs").glob("*/status.json")
        return {file.parent.name: json.loads(file.read_text(encoding="utf-8"))["started_at"] for file in files}
