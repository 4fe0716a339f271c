"""How a finished run comes to its place: at once, whatever was there before, also from another file system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def put_in_place(folder: Path, place: Path) -> None:
    """Renames over an empty folder or none. Older evidence is moved aside first, and goes when the new is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    arrived = _arrived(folder, place)
    aside = place.with_name(f".{place.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if place.is_dir() and any(place.iterdir()):
        os.replace(place, aside)
    os.replace(arrived, place)
    shutil.rmtree(aside, ignore_errors=True)


def _arrived(folder: Path, place: Path) -> Path:
    """The folder on the file system of its place: itself, or a copy where `.partial` leads to another disk."""
    if folder.stat().st_dev == place.parent.stat().st_dev:
        return folder
    copy = place.with_name(f".{place.name}.new")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True)
    shutil.rmtree(folder)
    return copy
