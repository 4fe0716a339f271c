"""Read the bytes of a submitted file. Only a regular file of limited size is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.parsing.located_yaml import MAX_BYTES

SUFFIXES = (".json", ".yaml", ".yml")


def read_job_file(file: Path, name: str) -> bytes:
    """Return the content of a file.

    Raises:
        CompileError: It does not exist, is no regular file, is too large, or has another suffix than `SUFFIXES`.
    """
    if file.suffix not in SUFFIXES:
        raise _refused(name, f"a job is a file with the suffix {', '.join(SUFFIXES)}", "rename the file")
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # a named pipe would block
    except OSError as error:
        raise _refused(name, f"cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(name, "is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        size = f"{file.stat().st_size / 1e6:.1f} MB"
        raise _refused(name, f"has {size}, and a job may have at most {MAX_BYTES / 1e6:g} MB", "name data by path")
    return content


def _refused(name: str, problem: str, hint: str = "") -> CompileError:
    return CompileError([Diagnostic(name, 1, 1, "", problem, hint)])
