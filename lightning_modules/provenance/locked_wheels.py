"""Read the hashes of wheels from a lock file of pip."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.utils import canonicalize_name

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")


def locked_wheels(lock: Path) -> dict[tuple[str, str], str]:
    """Return the sha256 of each locked distribution, by normalized name and version.

    A distribution for which the file allows several files has none, because it is unknown which one was installed.
    """
    return {key: next(iter(hashes)) for key, hashes in locked_hashes(lock).items() if len(hashes) == 1}


def locked_hashes(lock: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Return the sha256 of all files that a lock allows, by normalized name and version.

    A file that cannot be read has none.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    lines = ((_REQUIREMENT.match(line), line) for line in text.replace("\\\n", " ").splitlines())
    return {(canonicalize_name(match[1]), match[2]): frozenset(_HASH.findall(line)) for match, line in lines if match}
