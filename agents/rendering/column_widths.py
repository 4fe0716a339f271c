"""Compute column widths with which a table fits the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat

from agents.rendering.pandoc_ast import Inlines, plain_text

_PAGE_WIDTH = 92  # characters in the font of a table
_COLUMN_GAP = 2
_MAX_WIDTH = 48  # longer cells are wrapped


def column_widths(rows: Sequence[Sequence[Inlines]], numeric: Sequence[bool] = ()) -> list[float] | None:
    """Return fractions of the page width according to the contents, or None if the table fits without wrapping.

    A column is at least as wide as its longest word if all of these fit. A cell of a `numeric` column is one word.
    """
    columns = list(zip(*([plain_text(cell) for cell in row] for row in rows), strict=True))
    natural = [max(map(len, column), default=1) + _COLUMN_GAP for column in columns]
    if sum(natural) <= _PAGE_WIDTH:
        return None
    longest_words = [
        max(map(len, column[1:]), default=1) if is_numeric else _longest_word(column)
        for column, is_numeric in zip(columns, numeric or repeat(False), strict=False)
    ]
    minimum = [min(length + _COLUMN_GAP, _MAX_WIDTH) for length in longest_words]
    desired = [max(min(width, _MAX_WIDTH), least) for width, least in zip(natural, minimum, strict=True)]
    spare = max(_PAGE_WIDTH - sum(minimum), 0)
    missing = [width - least for width, least in zip(desired, minimum, strict=True)]
    widths = [least + spare * share / max(sum(missing), 1) for least, share in zip(minimum, missing, strict=True)]
    return [round(width / sum(widths), 4) for width in widths]


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in re.split(r"[\s,;/]+", text)), default=1)
