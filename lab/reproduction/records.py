"""Write the records of reproductions. They are read by `compiler.reproduction.read_records`."""

from __future__ import annotations

from pathlib import Path

from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab
from compiler.reproduction.read_records import file_name
from compiler.reproduction.record_files import record_folder
from compiler.reproduction.record_text import encode
from compiler.reproduction.reproduction import Reproduction


def record(lab: Lab, made: Reproduction) -> Path:
    """Write the record of a reproduction, and return its file. Raises OSError if the folder cannot be written."""
    folder = record_folder(lab)
    if folder.is_symlink():
        raise NotADirectoryError(0, "is a link, not a folder", str(folder))
    write_bytes(folder / file_name(made), encode(made))
    return folder / file_name(made)
