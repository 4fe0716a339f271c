"""Make data of the example studies that ship with Proband. An installed Proband is not a DVC repository."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from compiler.runs.data_versions import TrackedData


def make_shipped_data(tracked: TrackedData, folder: Path) -> Path | None:
    """Run the command of a stage of the engine in `folder`. Return the path of the data, or None if it fails."""
    stages = yaml.safe_load((tracked.root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    _, *arguments = shlex.split(stages[tracked.stage]["cmd"])  # the first word is `python`
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(tracked.root)},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    print(f"{shlex.join(['python', *arguments])}: exit code {process.returncode}")
    data = folder / tracked.path
    return data if process.returncode == 0 and data.exists() else None
