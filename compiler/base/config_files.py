"""List the config files of a folder. Imports only the standard library."""

from __future__ import annotations

from pathlib import Path

_NOT_CONFIGS = (".#", "._")  # lock files of Emacs, and files with the attributes of files that macOS writes


def config_files(root: Path, suffix: str = ".yaml") -> list[Path]:
    """Return the files below a folder that can be configs, in order.

    A link to nothing, a folder or a pipe is none, nor is a file that an editor or a file system writes beside a config.
    """
    files = root.rglob(f"*{suffix}")
    return sorted(file for file in files if not file.name.startswith(_NOT_CONFIGS) and file.is_file())
