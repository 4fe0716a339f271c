"""Find a line `# @package …` that Hydra does not read."""

from __future__ import annotations

import re

_PACKAGE = re.compile(r"#\s*@package\s+\S+\s*$")
_MARK = "\ufeff"  # byte order mark


def ignored_header(text: str) -> tuple[int, int, str, str, str] | None:
    """Return the position, key, problem and hint of a package line that Hydra ignores, or None.

    Hydra's header consists of the lines `# @…` at the start of the file, and blank lines. It ends at the first other
    line, also at a comment.
    """
    end: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        is_unindented = end is None or line.startswith("#")  # otherwise it may be part of a text
        is_package = is_unindented and _PACKAGE.match(line.strip().lstrip(_MARK)) is not None
        if is_package and line.startswith(_MARK):
            problem = "Hydra ignores this line, because the file starts with a byte order mark"
            return number, 1, "", problem, "save the file as UTF-8 without one"
        if is_package and end is not None:
            kind = "a comment" if end[1].startswith("#") else "another line"
            problem = f"Hydra ignores this line, because {kind} stands above it"
            return number, 1, "", problem, f"move it above line {end[0]}"
        if end is None and line.strip() and not re.match(r"\s*#\s*@", line):
            end = number, line.strip()
    return None
