"""Fetch DVC-tracked data: copy them from the engine, or run `dvc checkout`, `dvc pull` or `dvc repro`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from compiler.base.paths import Lab
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.verify import WrongData, check_data


class DataUnavailable(Exception):
    """DVC can neither find, download nor make a tracked file in its recorded version."""


def fetch_data(tracked: TrackedData, lab: Lab) -> None:
    """Make tracked data available in the lab. Data that the engine tracks are copied from the engine.

    Raises:
        DataUnavailable: The data cannot be obtained, or they have another version than the recorded one.
    """
    target, source = lab.root / tracked.path, tracked.root / tracked.path
    lock = lab.state / "locks" / "data.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if not target.exists():
            if not source.exists():
                _fetch_with_dvc(tracked)
            if target.resolve() != source.resolve():
                _copy_atomically(source, target)
    try:
        check_data({tracked.path: tracked.version}, lab.root)
    except WrongData as error:
        raise DataUnavailable(
            f"{error}\nIf you changed the data on purpose, run `dvc repro` and commit dvc.lock. "
            "Runs with new data are new runs; the old runs are kept."
        ) from error


def _copy_atomically(source: Path, target: Path) -> None:
    """Copy to a temporary path, then rename, because the next build would treat a partial copy as complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary_path = target.with_name(f".{target.name}.new")
    shutil.rmtree(temporary_path, ignore_errors=True)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, temporary_path)
    temporary_path.replace(target)


def _fetch_with_dvc(tracked: TrackedData) -> None:
    """Get the data from DVC's cache, else from a remote, else by running their stage. `dvc.lock` stays unchanged."""
    lock = tracked.root / "dvc.lock"
    original_lock = lock.read_bytes() if lock.is_file() else None
    commands = (["checkout", tracked.stage], ["pull", tracked.stage], ["repro", "--single-item", tracked.stage])
    try:
        for command in commands:
            if not (tracked.root / tracked.path).exists():
                _run_dvc(command, tracked.root)
    finally:
        if original_lock is not None and lock.read_bytes() != original_lock:
            lock.write_bytes(original_lock)
    if not (tracked.root / tracked.path).exists():
        raise DataUnavailable(
            f"{tracked.path} is not in DVC's cache or on a remote, and no stage makes it "
            "(run `dvc push` where the file exists, or add a stage to dvc.yaml)"
        )


def _run_dvc(arguments: list[str], folder: Path) -> None:
    search_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    process = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": search_path},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    print(f"dvc {' '.join(arguments)}: exit code {process.returncode}")
