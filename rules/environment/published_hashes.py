"""Read the hashes of published files from lock files with hashes, such as Proband's own `requirements.lock`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import canonicalize_name

from compiler.base.paths import ENGINE

LOCK_FILES = tuple(ENGINE / f"requirements{part}.lock" for part in ("", "-cpu", "-cuda"))
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class PublishedHashes:
    """The sha256 of the files of exact versions, by canonical name and version."""

    by_version: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str, version: str) -> tuple[str, ...]:
        """Return the hashes of exactly this version, also of its label."""
        return self.by_version.get((name, version), ())


def published_hashes(files: Iterable[Path] = LOCK_FILES) -> PublishedHashes:
    """Return the hashes in lock files. A file that does not exist has none."""
    hashes: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in files:
        if file.is_file():
            hashes |= _hashes(file.read_text(encoding="utf-8"))
    return PublishedHashes(hashes)


def _hashes(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    logical_lines = text.replace("\\\n", " ").splitlines()
    pins = ((match, line) for line in logical_lines if (match := _PIN.match(line)))
    return {
        (canonicalize_name(match["name"]), match["version"]): tuple(dict.fromkeys(_HASH.findall(line)))
        for match, line in pins
    }
