"""Find and hash the files that reports refer to: the library of literature and the recorded baselines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from compiler.base.config_files import config_files
from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.base.paths import ENGINE, Lab

_SUFFIXES = {"library": ".bib", "baseline": ".yaml"}


def merged_files(conf_roots: Iterable[Path], folder: str) -> dict[Path, Path]:
    """Return the files of `library` or `baseline` by their paths in `conf/`. Earlier roots take precedence."""
    files: dict[Path, Path] = {}
    for root in conf_roots:
        for file in config_files(root / folder, _SUFFIXES[folder]):
            files.setdefault(file.relative_to(root), file)
    return files


def reference_files(lab: Lab, folder: str) -> list[Path]:
    """Return the files of a lab and those that ship with the engine, except those that the lab overrides."""
    return list(merged_files(lab.conf_roots(ENGINE), folder).values())


def reference_hashes(lab: Lab) -> Mapping[str, str]:
    """Return a hash of 12 hex digits for each folder, by its name: `library` and `baseline`."""
    return {
        folder: digest([[file.name, sha256_of_file(file)] for file in reference_files(lab, folder)])
        for folder in _SUFFIXES
    }
