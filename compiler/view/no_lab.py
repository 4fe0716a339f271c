"""The message for a folder that is not a lab."""

from __future__ import annotations

from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab


class NoLab(InputError):
    """The folder is not a lab."""


def is_lab(folder: Path) -> bool:
    """Return whether a folder has configs, or results of experiments that ship with the engine."""
    lab = Lab(folder)
    return any(part.is_dir() for part in (lab.conf, lab.results, lab.state))


def no_lab_message(folder: Path) -> str:
    """Return a message for a folder without configs and results."""
    return f"{folder.resolve()}: is no lab, because it has no folder conf/ (run `proband init` to start one)"
