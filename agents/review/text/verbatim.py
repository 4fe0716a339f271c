"""Compare quotations with the texts they are taken from."""

from __future__ import annotations

import re


def is_verbatim(quotation: str, source: str) -> bool:
    """Return whether the quotation is a sequence of whole words of the source. Only white space may differ."""
    words, source_words = " ".join(quotation.split()), " ".join(source.split())
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", source_words) is not None
