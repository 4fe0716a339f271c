"""Mount a file system of a given size, whose space can run out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """Mount one at a new folder; `size` as for tmpfs, such as 160k. The test is skipped if this user cannot mount."""
    folder.mkdir(parents=True)
    command = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("a file system of a given size can only be mounted by root")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, option: str) -> None:
    """Change an option of a mounted file system, such as `size=32m` or `ro`."""
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)
