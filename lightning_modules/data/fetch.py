"""Tracked data from wherever they can be had: the engine, DVC's cache, a remote, or the stage that makes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from compiler.base.paths import Lab
from compiler.runs.data_versions import Tracked
from lightning_modules.data.verify import WrongData, check_data


class DataUnavailable(Exception):
    """DVC could neither find, fetch nor make a tracked file in its recorded version."""


def bring(tracked: Tracked, lab: Lab) -> None:
    """Check out, pull or make the data with DVC; for another lab, copy them from the engine.

    Raises:
        DataUnavailable: what came is not the recorded version, or nothing came.
    """
    place, source = lab.root / tracked.path, tracked.root / tracked.path
    lock = lab.state / "locks" / "data.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if not place.exists():
            if not source.exists():
                _with_dvc(tracked)
            if place.resolve() != source.resolve():
                _copy_whole(source, place)
    try:
        check_data({tracked.path: tracked.version}, lab.root)
    except WrongData as error:
        raise DataUnavailable(
            f"{error}\nIf the data were meant to change, run `dvc repro` and commit dvc.lock: "
            "new data make new runs, the old ones stay."
        ) from error


def _copy_whole(source: Path, place: Path) -> None:
    """At once: half a folder would be taken for all of it by the next build."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, aside)
    aside.replace(place)


def _with_dvc(tracked: Tracked) -> None:
    """From DVC's cache, else a remote, else the stage that makes it. The lock file is put back as it was."""
    lock = tracked.root / "dvc.lock"
    recorded = lock.read_bytes() if lock.is_file() else None
    commands = (["checkout", tracked.stage], ["pull", tracked.stage], ["repro", "--single-item", tracked.stage])
    try:
        for command in commands:
            if not (tracked.root / tracked.path).exists():
                done = subprocess.run(
                    [sys.executable, "-m", "dvc", *command],
                    cwd=tracked.root,
                    env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
                    stdin=subprocess.DEVNULL,
                    check=False,
                )
                print(f"dvc {' '.join(command)}: exit code {done.returncode}")
    finally:
        if recorded is not None and lock.read_bytes() != recorded:
            lock.write_bytes(recorded)
    if not (tracked.root / tracked.path).exists():
        raise DataUnavailable(f"DVC has no {tracked.path}: not in its cache, not on a remote, and no stage makes it.")
