"""Small specs for labs of the tests: one epoch, no tracking."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.end_to_end.support.build import RealLab

HEADER = "# @package _global_\n"
QUICK = "trainer: {max_epochs: 1}\ntracking: {mode: none}\n"
_REQUIRED = {
    "research_question": "research_question: What does this setting change?",
    "deliverables": "deliverables: [{type: completed_runs}]",
}
CopyOf = Callable[[Callable[[RealLab], None]], RealLab]  # the fixture `copy_of`


def spec(hypothesis: str, *lines: str, more: str = "") -> str:
    """Return a spec with some lines of its `experiment:` node, and more of the config below.

    The fields that the gate of an experiment requires are added, with the values that leave the results unchanged.
    """
    written = "\n".join(lines)
    required = (line for key, line in _REQUIRED.items() if not re.search(rf"^\s*{key}:", written, re.MULTILINE))
    body = "".join(f"  {line}\n" for line in (f"hypothesis: {hypothesis}", *required, *lines))
    return f"{HEADER}experiment:\n{body}{QUICK}{more}"
