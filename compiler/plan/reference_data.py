"""What reports are written against: the literature and the recorded baselines of a lab, each as one hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.base.paths import ENGINE, Lab

_FILES = {"library": "*.bib", "baseline": "*.yaml"}


def laid_over(conf_roots: Iterable[Path], folder: str) -> dict[Path, Path]:
    """Files of `library` or `baseline` by their places in `conf/`: an earlier root's hides a later one's."""
    found: dict[Path, Path] = {}
    for root in conf_roots:
        for file in sorted((root / folder).rglob(_FILES[folder])):
            found.setdefault(file.relative_to(root), file)
    return found


def background_files(lab: Lab, folder: str) -> list[Path]:
    """A lab's own, and those that ship and it has not replaced."""
    return list(laid_over(lab.conf_roots(ENGINE), folder).values())


def background(lab: Lab) -> Mapping[str, str]:
    """12 hex digits by folder."""
    return {folder: digest([_content(file) for file in background_files(lab, folder)]) for folder in _FILES}


def _content(file: Path) -> list[str]:
    return [file.name, sha256_of_file(file)]
