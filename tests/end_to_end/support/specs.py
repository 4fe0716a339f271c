"""Small specs for labs of the tests: one epoch, no tracking."""

from __future__ import annotations

from collections.abc import Callable

from tests.end_to_end.support.build import RealLab

HEADER = "# @package _global_\n"
QUICK = "trainer: {max_epochs: 1}\ntracking: {mode: none}\n"
CopyOf = Callable[[Callable[[RealLab], None]], RealLab]  # the fixture `copy_of`


def spec(hypothesis: str, *lines: str, more: str = "") -> str:
    """Return a spec with some lines of its `experiment:` node, and more of the config below."""
    body = "".join(f"  {line}\n" for line in (f"hypothesis: {hypothesis}", *lines))
    return f"{HEADER}experiment:\n{body}{QUICK}{more}"
