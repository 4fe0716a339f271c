"""Read the hashes of wheels from a lock file of pip."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.utils import canonicalize_name

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")


def locked_wheels(lock: Path) -> dict[tuple[str, str], str]:
    """Return the sha256 of each locked distribution, by normalized name and version.

    A distribution for which the file allows several files has none, because it is unknown which one was installed. A
    file that cannot be read has none.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    wheels: dict[tuple[str, str], str] = {}
    for line in text.replace("\\\n", " ").splitlines():
        match, hashes = _REQUIREMENT.match(line), set(_HASH.findall(line))
        if match and len(hashes) == 1:
            wheels[canonicalize_name(match[1]), match[2]] = hashes.pop()
    return wheels
