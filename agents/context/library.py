"""Read the literature that texts may cite: BibTeX entries in `conf/library/`."""

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
    """Raised for entries that cannot be cited. Each line of the message is `file:line: problem`."""


@dataclass(frozen=True)
class Entry:
    """One BibTeX entry. Quotations must be verbatim spans of `abstract`.

    Authors are `Family, Given`, or the name of an organisation.
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
    """Return the entries of all files by key.

    Raises:
        BrokenLibrary: With all problems: text that is not BibTeX, duplicate keys, missing author, title or year.
    """
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for file in files:
        library = _parse(file)
        problems += _failed_blocks(file, library)
        for block in library.entries:
            if block.key in entries:
                problems.append(f"{_location(file, block)}: '{block.key}' is the key of two entries (rename one)")
            problems += [f"{_location(file, block)}: '{block.key}' has no {field}" for field in _missing_fields(block)]
            entries[block.key] = _entry(block)
    if problems:
        raise BrokenLibrary("\n".join(dict.fromkeys(problems)))
    return entries


def _parse(file: Path) -> Library:
    from bibtexparser import middlewares
    from bibtexparser.entrypoint import parse_string

    from agents.context.latex_fields import DecodedFields

    return parse_string(
        file.read_text(encoding="utf-8"), append_middleware=[DecodedFields(), middlewares.SeparateCoAuthors()]
    )


def _failed_blocks(file: Path, library: Library) -> Iterator[str]:
    for block in library.failed_blocks:
        error = getattr(block.error, "abort_reason", "") or str(block.error)
        reason = " ".join(error.split()).rstrip(".")
        first_line = (block.raw or "").strip().split("\n")[0]
        yield f"{_location(file, block)}: not a BibTeX entry: {reason} (at '{first_line}')"


def _location(file: Path, block: object) -> str:
    return f"{file}:{(getattr(block, 'start_line', None) or 0) + 1}"


def _missing_fields(block: Block) -> list[str]:
    return [field for field in _REQUIRED if not block.get(field) or not str(block[field]).strip()]


def _entry(block: Block) -> Entry:
    def text(field: str) -> str:
        return _without_braces(str(block[field])) if block.get(field) else ""

    authors = block["author"] if block.get("author") else []
    url = text("url")
    return Entry(
        key=block.key,
        type=block.entry_type.lower(),
        title=text("title"),
        authors=tuple(_family_first(_without_braces(author)) for author in authors),
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


def _without_braces(text: str) -> str:
    """Remove the braces that protect capitals, and collapse white space."""
    return " ".join(text.replace("{", "").replace("}", "").split())
