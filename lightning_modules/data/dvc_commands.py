"""Get tracked data with DVC: from its cache, from a remote, or by running the stage that makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from compiler.runs.data_versions import TrackedData


def fetch_with_dvc(tracked: TrackedData) -> None:
    """Run `dvc checkout`, `dvc pull` and `dvc repro` until the data exist. `dvc.lock` stays unchanged.

    Builds of several labs can need data of one DVC repository, and DVC refuses to work twice at once. So they wait.
    """
    own_lock = tracked.root / ".dvc" / "tmp" / "proband.lock"
    own_lock.parent.mkdir(exist_ok=True)
    with FileLock(own_lock):
        _run_until_data_exist(tracked)


def _run_until_data_exist(tracked: TrackedData) -> None:
    lock = tracked.root / "dvc.lock"
    original_lock = lock.read_bytes() if lock.is_file() else None
    commands = (["checkout", tracked.stage], ["pull", tracked.stage], ["repro", "--single-item", tracked.stage])
    try:
        with _settings_without_git(tracked.root) as environment:
            for command in commands:
                if not (tracked.root / tracked.path).exists():
                    _run_dvc(command, tracked.root, environment)
    finally:
        if original_lock is not None and lock.read_bytes() != original_lock:
            lock.write_bytes(original_lock)


@contextmanager
def _settings_without_git(root: Path) -> Iterator[dict[str, str]]:
    """Yield environment variables with which DVC also works in a folder that is not in a git repository.

    A downloaded archive of a project is such a folder. `core.no_scm` is set in a configuration file outside it.
    """
    if any((folder / ".git").exists() for folder in (root, *root.parents)):
        yield {}
        return
    with TemporaryDirectory() as folder:
        (Path(folder) / "config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
        yield {"DVC_SYSTEM_CONFIG_DIR": folder}


def _run_dvc(arguments: list[str], folder: Path, settings: dict[str, str]) -> None:
    search_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    process = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": search_path} | settings,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    print(f"dvc {' '.join(arguments)}: exit code {process.returncode}")
