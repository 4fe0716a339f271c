"""Read a small file that any program may have placed in the lab, as a part of a decision."""

from __future__ import annotations

from pathlib import Path

from compiler.recorded_files import plain_file
from lab.approvals.subject import InvalidDecision


def read_plain_file(file: Path) -> bytes:
    """Return the content of a file. Raises InvalidDecision if it is not a small plain file, or OSError."""
    try:
        return plain_file.read_plain_file(file)
    except plain_file.NotPlainFile as error:
        raise InvalidDecision(str(error)) from error
