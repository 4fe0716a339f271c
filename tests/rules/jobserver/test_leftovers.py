"""The folder of a job server whose driver was killed is removed when the next server starts, and no other folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rules.jobserver.leftovers import SOCKET, new_folder, remove_leftovers


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def folder_of(root: Path, pid: int) -> Path:
    folder = root / f"proband-{pid}-abc"
    folder.mkdir()
    (folder / f"{SOCKET}.ready").touch()
    return folder


def test_the_folder_of_an_ended_driver_is_removed(temporary: Path, ended_process: int) -> None:
    leftover = folder_of(temporary, ended_process)
    remove_leftovers()
    assert not leftover.exists()


def test_folders_of_running_drivers_and_of_others_are_kept(temporary: Path, ended_process: int) -> None:
    kept = [folder_of(temporary, os.getpid()), temporary / "proband-verify-x1", temporary / f"proband-{ended_process}"]
    for folder in kept[1:]:
        folder.mkdir()
    (temporary / f"proband-{ended_process}-link").symlink_to(temporary)
    own = new_folder()
    remove_leftovers()
    assert all(folder.is_dir() for folder in [*kept, own])
    assert (temporary / f"proband-{ended_process}-link").is_symlink()


def test_the_folder_of_a_server_that_answers_is_kept(temporary: Path, ended_process: int) -> None:
    folder = folder_of(temporary, ended_process)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()
        remove_leftovers()
        assert folder.is_dir()
    remove_leftovers()
    assert not folder.exists()
