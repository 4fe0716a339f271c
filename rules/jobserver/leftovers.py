"""Name the folder of a job server's socket, and remove the folders of servers whose driver was killed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from pathlib import Path

SOCKET = "server"
_PREFIX = "proband-"
_NAME = re.compile(rf"{_PREFIX}(\d+)-\w+")


def new_folder() -> Path:
    """Return a new temporary folder, whose name holds the id of this process.

    It is not in the lab, whose path may be too long for a socket.
    """
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_leftovers() -> None:
    """Remove the folders of this user's servers that have ended without removing their own."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        match = _NAME.fullmatch(folder.name)
        if match and _is_own(folder) and not _is_running(int(match[1])) and not _is_answering(folder / SOCKET):
            shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    try:
        return not folder.is_symlink() and folder.is_dir() and folder.stat().st_uid == os.getuid()
    except OSError:
        return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_answering(address: Path) -> bool:
    """Return whether a server listens, whose process belongs to another container and cannot be seen from here."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.fspath(address))
        except OSError:
            return False
    return True
