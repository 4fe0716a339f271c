"""Look up positions in spans of a text, in a time that does not depend on the number of spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """A set of spans, which may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest_ends = list(accumulate((end for _, end in ordered), max))  # of this and all earlier spans

    def contains(self, start: int, end: int | None = None) -> bool:
        """Return whether a span contains the position `start`, or the text from `start` up to `end`."""
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and self._furthest_ends[index] >= (start + 1 if end is None else end)
