"""Follow a page of the documentation as a reader would, in a clone of the repository with the environment active."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.base.paths import ENGINE
from tests.docs.documents import Command, blocks, commands

_GIT = ("git", "-c", "user.name=Reader", "-c", "user.email=reader@example.org")
_DEMO_DATA = "data/digits.npz"  # exists after `make demo`, otherwise the first build creates it


@dataclass
class Reader:
    """A reader of the documentation. `clone` is the start folder, `folder` is the current folder of the shell."""

    clone: Path
    folder: Path

    def follow(self, page: str) -> None:
        """Write the files and run the commands of a page. Raises AssertionError at the first mismatch."""
        for block in blocks(page):
            if block.language == "console":
                for command in commands(block):
                    self._run(command, page)
            elif block.file is not None:
                _write(self.folder / block.file, block.text)

    def _run(self, command: Command, page: str) -> None:
        last_folder = self.clone.parent / "folder"
        completed = subprocess.run(
            ["bash", "-c", f"{command.text}\ncode=$?\npwd > '{last_folder}'\nexit $code"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=500,
        )
        self.folder = Path(last_folder.read_text(encoding="utf-8").strip())
        transcript = f"{page}:{command.line}: $ {command.text}\n{completed.stdout}"
        assert completed.returncode == command.exit_code, (
            f"exit code {completed.returncode}, not {command.exit_code}\n{transcript}"
        )
        missing = first_missing(command.expected_output, completed.stdout)
        assert missing is None, f"not printed: {missing}\n{transcript}"

    def _environment(self) -> dict[str, str]:
        """Return an environment in which the clone is imported, as if it were installed."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        changes = {"PATH": path, "PYTHONPATH": str(self.clone), "COLUMNS": "160", "DVC_NO_ANALYTICS": "1"}
        return os.environ | changes | {"XDG_STATE_HOME": str(self.clone.parent / "state")}


def new_reader(root: Path) -> Reader:
    """Return a reader in a clone of this repository, uncommitted changes included."""
    clone = root / "proband"
    for name in [*_files(), _DEMO_DATA]:
        if (ENGINE / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ENGINE / name, clone / name)
    for command in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "A clone")):
        subprocess.run([*_GIT, *command], cwd=clone, check=True)
    return Reader(clone, clone)


def first_missing(expected_output: tuple[str, ...], output: str) -> str | None:
    """Return the first expected line that is not in the output after the expected line before it.

    White space is folded.
    """
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in expected_output:
        pattern = ".*".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        if not any(re.search(pattern, printed) for printed in lines):
            return line
    return None


def _files() -> Iterator[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ENGINE, capture_output=True, text=True, check=True)
    yield from filter(None, listed.stdout.split("\0"))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
