"""Change the case of texts."""

from __future__ import annotations


def capitalized(text: str) -> str:
    """Return the text with a capital first letter. The other letters stay unchanged, unlike in `str.capitalize`."""
    return f"{text[:1].upper()}{text[1:]}"
