"""Split paths that come from pointers and listings into names, and reject those that could lead elsewhere."""

from __future__ import annotations


def relative_parts(path: str) -> tuple[str, ...] | None:
    """Return the names in a relative path with `/`. None if it is absolute, or has an empty name, `.` or `..`."""
    names = tuple(path.split("/"))
    is_plain = all(name not in ("", ".", "..") and "\0" not in name for name in names)
    return names if is_plain else None
