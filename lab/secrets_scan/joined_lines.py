"""Join string literals that continue on the next line, as a program does that reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

# The end of a string literal and the start of the next one, and a backslash at the end of a line.
_JOIN = re.compile(r"""(["'])[ \t]*\+?[ \t]*\\?[ \t]*\n[ \t]*\+?[ \t]*[rbf]?\1|\\[ \t]*\n[ \t]*""")
_MAX_LINES = 20  # in one literal


def joined_lines(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield each group of lines that form one string, with the number of its first line."""
    ends = list(accumulate(len(line) + 1 for _, line in lines))
    line_at = {end - 1: index for index, end in enumerate(ends)}
    text = "\n".join(line for _, line in lines)
    continued = {line_at[text.index("\n", match.start())] for match in _JOIN.finditer(text)}
    group: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        group.append(line)
        if index not in continued or len(group) == _MAX_LINES:
            if len(group) > 1:
                yield group[0][0], _JOIN.sub("", "\n".join(content for _, content in group))
            group = []
