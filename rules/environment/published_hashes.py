"""Provide the hashes of published files from lock files with hashes, such as Proband's own `requirements.lock`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.base.paths import ENGINE
from lightning_modules.provenance.locked_wheels import locked_hashes

LOCK_FILES = tuple(ENGINE / f"requirements{part}.lock" for part in ("", "-cpu", "-cuda"))


@dataclass(frozen=True)
class PublishedHashes:
    """The sha256 of the files of exact versions, by normalized name and version."""

    by_version: Mapping[tuple[str, str], Iterable[str]] = field(default_factory=dict)

    def of(self, name: str, version: str) -> tuple[str, ...]:
        """Return the hashes of exactly this version, also of its label, sorted."""
        return tuple(sorted(self.by_version.get((name, version), ())))


def published_hashes(files: Iterable[Path] = LOCK_FILES) -> PublishedHashes:
    """Return the hashes in lock files. A file that does not exist has none."""
    hashes: dict[tuple[str, str], Iterable[str]] = {}
    for file in files:
        hashes |= locked_hashes(file)
    return PublishedHashes(hashes)
