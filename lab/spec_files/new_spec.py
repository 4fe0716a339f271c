"""Write the file of a new spec. It never replaces a file, also not one that another process writes at that moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab


class SpecExists(InputError):
    """The file of the new spec cannot be written, because it exists with other content or the folder is read-only."""


def write_new_spec(lab: Lab, experiment_id: str, content: bytes) -> Path | None:
    """Write a spec and return its path, or None if the file has this content already.

    Raises:
        SpecExists: The file exists with other content, or it cannot be written. Nothing is changed.
    """
    file = lab.spec(experiment_id)
    if file.is_file() and not file.is_symlink() and file.read_bytes() == content:
        return None
    temporary = file.with_name(f".{file.name}.{os.getpid()}.new")
    path = file.relative_to(lab.root)
    try:
        write_bytes(temporary, content)
        os.link(temporary, file)  # fails if the file exists
    except FileExistsError as error:
        hint = "delete or rename it, or choose another experiment_id"
        raise SpecExists(f"{path}: exists with other content ({hint})") from error
    except OSError as error:
        raise SpecExists(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return file


@contextmanager
def new_spec(lab: Lab, experiment_id: str, content: bytes) -> Iterator[Path]:
    """Write a spec, and remove it again if the block fails. A file that existed with this content is kept."""
    written = write_new_spec(lab, experiment_id, content)
    try:
        yield lab.spec(experiment_id)
    except BaseException:
        if written is not None:
            written.unlink(missing_ok=True)
        raise
