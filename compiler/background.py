"""What reports are written against: the literature and the recorded baselines of a lab, each as one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from compiler.identity import digest
from compiler.paths import ENGINE, Lab

_FILES = {"library": "*.bib", "baseline": "*.yaml"}


def background_files(lab: Lab, folder: str) -> Iterator[Path]:
    """Files of `conf/library` or `conf/baseline`: a lab's own, and those that ship and it has not replaced."""
    found: dict[Path, Path] = {}
    for root in lab.conf_roots(ENGINE):
        for file in sorted((root / folder).rglob(_FILES[folder])):
            found.setdefault(file.relative_to(root), file)
    yield from found.values()


def background(lab: Lab) -> Mapping[str, str]:
    """12 hex digits by folder."""
    return {folder: digest([_content(file) for file in background_files(lab, folder)]) for folder in _FILES}


def _content(file: Path) -> list[str]:
    return [file.name, hashlib.sha256(file.read_bytes()).hexdigest()]
