"""DVC refuses to work twice at once, and fails for many reasons: waiting and messages, with a small program for DVC."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from lab.archive.dvc_program import DvcFailed, cache_folder, require_remote

BUSY_ONCE = """
import pathlib, sys
if not pathlib.Path("second").exists():
    pathlib.Path("second").touch()
    sys.exit("ERROR: Unable to acquire lock. Most likely another DVC process is running")
print("/the/cache")
"""
BROKEN = 'import sys; sys.exit("warning\\nERROR: failed to read - no space left\\nHaving any troubles?")'


def lab_with_dvc(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> Lab:
    """Return a lab in which `python -m dvc` runs a program."""
    (folder / ".dvc").mkdir()
    write_text(folder / "programs" / "dvc.py", program)
    monkeypatch.setenv("PYTHONPATH", str(folder / "programs"))
    assert sys.executable
    return Lab(folder)


def test_another_process_of_dvc_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = lab_with_dvc(tmp_path, monkeypatch, BUSY_ONCE)
    assert cache_folder(lab) == Path("/the/cache")
    assert "another process of DVC is running here" in capsys.readouterr().err


def test_error_of_dvc_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = lab_with_dvc(tmp_path, monkeypatch, BROKEN)
    with pytest.raises(DvcFailed, match=r"dvc cache failed in .*: failed to read - no space left$"):
        cache_folder(lab)


def test_empty_configuration_has_no_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DvcFailed, match="dvc remote add --default NAME URL"):
        require_remote(lab_with_dvc(tmp_path, monkeypatch, "print()"))


def test_error_of_dvc_is_quoted_without_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = 'import sys; sys.exit("ERROR: cannot connect to https://lab:s3cret-word@example.org/store")'
    with pytest.raises(DvcFailed, match=r"https://<key>@example\.org/store"):
        cache_folder(lab_with_dvc(tmp_path, monkeypatch, program))


def test_killed_program_is_named_as_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(DvcFailed, match=r"it was killed by signal 9; run the command again$"):
        cache_folder(lab_with_dvc(tmp_path, monkeypatch, program))
