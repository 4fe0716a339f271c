"""The literature a text may cite: BibTeX entries in `conf/library/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.base.diagnostics import InputError

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Entry as Block

_REQUIRED = ("author", "title", "year")
_VENUES = ("journal", "booktitle", "institution", "school", "publisher", "howpublished")


class BrokenLibrary(InputError):
    """Entries that cannot be cited. Each line of the message is `file:line: what is wrong`."""


@dataclass(frozen=True)
class Entry:
    """One BibTeX entry. `abstract` is as stored: a quotation must be a span of it, word for word.

    Authors are `Family, Given`, or the name of a body as it stands.
    """

    key: str
    type: str
    title: str
    authors: tuple[str, ...]
    year: str
    venue: str = ""
    url: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()


def read_library(files: Iterable[Path]) -> dict[str, Entry]:
    """The entries of all files by key.

    Raises:
        BrokenLibrary: not BibTeX, a key given twice, or an entry without author, title or year; all of them at once.
    """
    found: dict[str, Entry] = {}
    problems: list[str] = []
    for file in files:
        library = _parsed(file)
        problems += _unread(file, library)
        for block in library.entries:
            if block.key in found:
                problems.append(f"{_place(file, block)}: '{block.key}' is the key of two entries: rename one")
            problems += [f"{_place(file, block)}: '{block.key}' has no {field}" for field in _lacking(block)]
            found[block.key] = _entry(block)
    if problems:
        raise BrokenLibrary("\n".join(dict.fromkeys(problems)))
    return found


def _parsed(file: Path) -> Library:
    from bibtexparser import middlewares
    from bibtexparser.entrypoint import parse_string

    return parse_string(
        file.read_text(encoding="utf-8"),
        append_middleware=[middlewares.LatexDecodingMiddleware(), middlewares.SeparateCoAuthors()],
    )


def _unread(file: Path, library: Library) -> Iterator[str]:
    for block in library.failed_blocks:
        told = getattr(block.error, "abort_reason", "") or str(block.error)
        reason = " ".join(told.split()).rstrip(".")
        begins = (block.raw or "").strip().split("\n")[0]
        yield f"{_place(file, block)}: not a BibTeX entry: {reason} (at '{begins}')"


def _place(file: Path, block: object) -> str:
    return f"{file}:{(getattr(block, 'start_line', None) or 0) + 1}"


def _lacking(block: Block) -> list[str]:
    return [field for field in _REQUIRED if not block.get(field) or not str(block[field]).strip()]


def _entry(block: Block) -> Entry:
    def text(field: str) -> str:
        return _plain(str(block[field])) if block.get(field) else ""

    authors = block["author"] if block.get("author") else []
    url = text("url")
    return Entry(
        key=block.key,
        type=block.entry_type.lower(),
        title=text("title"),
        authors=tuple(_family_first(_plain(author)) for author in authors),
        year=text("year"),
        venue=next((text(field) for field in _VENUES if block.get(field)), ""),
        url=url if re.match(r"https?://", url) else "",
        abstract=text("abstract"),
        keywords=tuple(word.strip() for word in re.split(r"[,;]", text("keywords")) if word.strip()),
    )


def _family_first(name: str) -> str:
    if "," in name or " " not in name:
        return name
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}"


def _plain(text: str) -> str:
    """Without the braces that keep capitals, and with simple spaces."""
    return " ".join(text.replace("{", "").replace("}", "").split())
