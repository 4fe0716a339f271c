"""Read a small file that any program may have placed in the lab."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_MAX_BYTES = 1_000_000


class NotPlainFile(ValueError):
    """The path is a link, a folder, a pipe or a device, or the file is larger than a megabyte."""


def read_plain_file(file: Path) -> bytes:
    """Return the content of a file, without following a link or waiting for a pipe.

    Raises:
        NotPlainFile: It is a link, a folder, a pipe or a device, or larger than a megabyte.
        OSError: It cannot be read.
    """
    if file.is_symlink():
        raise NotPlainFile("is a link")
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise NotPlainFile("is not a plain file")
        content = stream.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise NotPlainFile(f"is larger than {_MAX_BYTES} bytes")
    return content
