"""How wide the columns of a table are, so that it fits the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat

from agents.rendering import pandoc_ast as tree
from agents.rendering.pandoc_ast import Nodes

PAGE = 92  # characters of a table's font that a line holds; a column costs _GAP more
_GAP = 2
_LONGEST = 48  # a cell past this is wrapped anyhow and takes no more room for it


def column_widths(rows: Sequence[Sequence[Nodes]], numeric: Sequence[bool] = ()) -> list[float] | None:
    """Shares of the page by what the cells need; None for a table that fits as it is.

    No column is narrower than its longest word, as far as all of these fit; a `numeric` cell counts as a word.
    """
    texts = [[tree.plain(cell) for cell in row] for row in rows]
    needed = [max(map(len, column), default=1) + _GAP for column in zip(*texts, strict=True)]
    if sum(needed) <= PAGE:
        return None
    longest = [
        max(map(len, column[1:]), default=1) if is_number else _longest_word(column)
        for column, is_number in zip(zip(*texts, strict=True), numeric or repeat(False), strict=False)
    ]
    words = [min(one + _GAP, _LONGEST) for one in longest]
    wished = [max(min(need, _LONGEST), word) for need, word in zip(needed, words, strict=True)]
    spare = max(PAGE - sum(words), 0)
    over = [wish - word for wish, word in zip(wished, words, strict=True)]
    wide = [word + spare * extra / max(sum(over), 1) for word, extra in zip(words, over, strict=True)]
    return [round(width / sum(wide), 4) for width in wide]


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in re.split(r"[\s,;/]+", text)), default=1)
