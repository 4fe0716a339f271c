"""The literature a text may cite: BibTeX entries in `conf/library/`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One BibTeX entry. `abstract` is as stored: a quotation must be a span of it, word for word."""

    key: str
    type: str
    title: str
    authors: tuple[str, ...]
    year: str
    venue: str = ""
    url: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
