"""List the config files of a folder. Imports only the standard library."""

from __future__ import annotations

from pathlib import Path

_NOT_CONFIGS = (".#", "._")  # lock files of Emacs, and files with the attributes of files that macOS writes


def config_files(root: Path, suffix: str = ".yaml") -> list[Path]:
    """Return the files below a folder that can be configs, in order.

    A link to nothing, a folder or a pipe is none, nor is a file that an editor or a file system writes beside a config,
    or one whose name is not UTF-8.
    """
    files = (file for file in root.rglob(f"*{suffix}") if _is_config_name(file))
    return sorted(file for file in files if file.is_file())


def _is_config_name(file: Path) -> bool:
    is_utf8 = not any("\udc80" <= character <= "\udcff" for character in str(file))  # how Python decodes other bytes
    return is_utf8 and not file.name.startswith(_NOT_CONFIGS)
