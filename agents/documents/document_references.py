"""Collect the facts, verdicts, citations and exhibits that a document refers to, and check that they exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from agents.context.case import Book
from agents.documents.document import Block, Document, Figure, Quote, Section, Table
from agents.documents.placeholders import Placeholder, placeholders
from agents.documents.slots import slots
from agents.documents.spec_path import UnknownSpecPath, spec_value

_VERDICT_PARTS = (".sentence", ".conclusion")
_UNKNOWN = {
    "f": "no fact in facts.jsonl or in an analysis has this id",
    "v": "no verdict in verdicts.jsonl or in an analysis has this id",
    "cite": "no entry of conf/library/*.bib has this key",
    "spec": "experiment.json has no value at this path",
    "ref": "the document has no figure and no table of this id",
}


class UnknownPlaceholder(ValueError):
    """A text refers to something that does not exist. The message names the slot and a similar name."""


class DuplicateId(ValueError):
    """Two parts of a document have the same id, so that a reference or a slot is ambiguous."""


@dataclass(frozen=True)
class References:
    """The references of a document. `facts` include those with a value that the verdicts are based on.

    `exhibits` maps ids to names like `Figure 2`. `verdicts_without_sentence` are those whose full
    sentence, with its numbers, is not in the text.
    """

    facts: tuple[str, ...]
    verdicts: tuple[str, ...]
    citations: tuple[str, ...]
    exhibits: Mapping[str, str]
    verdicts_without_sentence: frozenset[str] = frozenset()


def collect_references(document: Document, book: Book) -> References:
    """Return the references of a document, in the order of first use. Raises UnknownPlaceholder, DuplicateId."""
    _check_section_ids(document.sections)
    exhibits = _number_exhibits(document)
    names: dict[str, list[str]] = {kind: [] for kind in _UNKNOWN}
    for slot, placeholder in _all_placeholders(document):
        _check(placeholder, slot, book, exhibits)
        names[placeholder.kind].append(placeholder.name)
    verdicts = _unique(map(verdict_id, names["v"]))
    basis = [name for verdict in verdicts for name in book.verdicts[verdict].facts if _has_value(book, name)]
    without_sentence = (name for name in verdicts if name in names["v"] and f"{name}.sentence" not in names["v"])
    return References(
        facts=_unique([*names["f"], *basis]),
        verdicts=verdicts,
        citations=_unique(names["cite"]),
        exhibits=exhibits,
        verdicts_without_sentence=frozenset(without_sentence),
    )


def _has_value(book: Book, fact_id: str) -> bool:
    return fact_id in book.facts and book.facts[fact_id].value is not None


def verdict_id(name: str) -> str:
    """Return the id without the part: `hypothesis` for `hypothesis.sentence`."""
    for part in _VERDICT_PARTS:
        name = name.removesuffix(part)
    return name


def all_blocks(sections: Iterable[Section]) -> Iterator[Block]:
    """Yield every block in reading order."""
    for section in sections:
        yield from section.blocks
        yield from all_blocks(section.sections)


def _all_placeholders(document: Document) -> Iterator[tuple[str, Placeholder]]:
    """Yield the placeholders of all slots, then the citations of quotations."""
    for slot, text in slots(document).items():
        for placeholder in placeholders(text):
            yield slot, placeholder
    for block in all_blocks(document.sections):
        if isinstance(block, Quote):
            yield "a quotation", Placeholder("cite", block.cite, 0, 0)


def _number_exhibits(document: Document) -> dict[str, str]:
    names: dict[str, str] = {}
    counts = {"Figure": 0, "Table": 0}
    for block in all_blocks(document.sections):
        if isinstance(block, Figure | Table):
            if block.id in names:
                raise DuplicateId(f"two figures or tables have the id '{block.id}': rename one")
            kind = type(block).__name__
            counts[kind] += 1
            names[block.id] = f"{kind} {counts[kind]}"
    return names


def _check_section_ids(sections: Sequence[Section]) -> None:
    ids = [section.id for section in sections]
    if duplicates := {name for name in ids if ids.count(name) > 1}:
        raise DuplicateId(f"two sections of one level have the id '{min(duplicates)}': rename one")
    for section in sections:
        _check_section_ids(section.sections)


def _check(placeholder: Placeholder, slot: str, book: Book, exhibits: Mapping[str, str]) -> None:
    kind, name = placeholder.kind, placeholder.name
    position = f"{slot}: {{{{{kind}:{name}}}}}"
    if kind not in _UNKNOWN:
        raise UnknownPlaceholder(f"{position}: kinds are {', '.join(_UNKNOWN)}")
    if kind == "spec":
        if not _is_in_spec(book, name):
            raise UnknownPlaceholder(f"{position}: {_UNKNOWN[kind]}")
        return
    existing = {"f": book.facts, "v": book.verdicts, "cite": book.library, "ref": exhibits}[kind]
    key = verdict_id(name) if kind == "v" else name
    if key not in existing:
        similar = get_close_matches(key, list(existing), n=1)
        hint = f"; did you mean '{similar[0]}'?" if similar else ""
        raise UnknownPlaceholder(f"{position}: {_UNKNOWN[kind]}{hint}")


def _is_in_spec(book: Book, path: str) -> bool:
    try:
        spec_value(book.spec, path)
    except UnknownSpecPath:
        return False
    return True


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
