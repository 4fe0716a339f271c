"""Get tracked data with DVC: from its cache, from a remote, from their source, or by running the stage of dvc.yaml."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compiler.base.redaction import redact_keys
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.with_dvc.repository_lock import repository_lock


def fetch_with_dvc(tracked: TrackedData, remote: str = "") -> str:
    """Run `dvc checkout` and `dvc pull`, for data of a stage also `dvc repro`, until the data exist.

    `dvc.lock` stays unchanged. Builds of several labs can need data of one DVC repository, and DVC refuses to work
    twice at once. So they wait.

    Args:
        tracked: the data.
        remote: the name of the remote to pull from, "" for DVC's default remote.

    Returns:
        The subcommand that wrote the data, "" if none did.
    """
    with repository_lock(tracked.root):
        return _run_until_data_exist(tracked, remote)


def _run_until_data_exist(tracked: TrackedData, remote: str) -> str:
    lock = tracked.root / "dvc.lock"
    original_lock = lock.read_bytes() if lock.is_file() else None
    pull = ["pull", *([f"--remote={remote}"] if remote else [])]
    commands = [["checkout"], pull, *([] if tracked.is_pointer else [["repro", "--single-item"]])]
    try:
        for command in commands:
            _run_dvc([*command, "--", tracked.stage], tracked.root)
            if (tracked.root / tracked.path).exists():
                return command[0]
        return ""
    finally:
        if original_lock is not None and lock.read_bytes() != original_lock:
            lock.write_bytes(original_lock)


def download_source(tracked: TrackedData, folder: Path) -> Path | None:
    """Download imported data from their source to a folder. Return their path, or None if it fails.

    The `.dvc` file stays unchanged.
    """
    target = folder / Path(tracked.path).name
    exit_code = _run_dvc(["get-url", "--", tracked.source, str(target)], tracked.root)
    return target if exit_code == 0 and target.exists() else None


def pull_ignored_file(file: Path, root: Path) -> None:
    """Run `dvc pull` for a `.dvc` file that git ignores, which DVC reads only if it does not use git.

    Nothing is printed. Data that cannot be pulled do not exist afterwards.
    """
    with repository_lock(root), _without_git() as variables:
        _completed(["pull", "--quiet", "--", str(file)], root, variables)


def config_of(root: Path) -> dict[str, Any]:
    """Return the options with which DVC also works in a folder that is not in a git repository.

    A downloaded archive of a project is such a folder.
    """
    has_git = any((folder / ".git").exists() for folder in (root, *root.parents))
    return {} if has_git else {"core": {"no_scm": True}}


@contextmanager
def _environment(root: Path) -> Iterator[dict[str, str]]:
    """Yield environment variables that give DVC the options for the folder, in a configuration file outside it."""
    if not config_of(root):
        yield {}
        return
    with _without_git() as variables:
        yield variables


@contextmanager
def _without_git() -> Iterator[dict[str, str]]:
    """Yield environment variables with which DVC does not use git."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
        yield {"DVC_SYSTEM_CONFIG_DIR": folder}


def _run_dvc(arguments: list[str], folder: Path) -> int:
    """Run DVC and return its exit code. Its output is printed without passwords, which addresses can contain."""
    with _environment(folder) as variables:
        process = _completed(arguments, folder, variables)
    print(redact_keys(f"{process.stdout}dvc {shlex.join(arguments)}: exit code {process.returncode}"), flush=True)
    return process.returncode


def _completed(arguments: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    search_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": search_path, "DVC_NO_ANALYTICS": "1"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
