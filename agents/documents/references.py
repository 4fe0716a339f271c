"""What a document names, in the order of its first use: facts, verdicts, works, exhibits. All must exist."""

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
_WHERE = {
    "f": "no fact in facts.jsonl or in an analysis has this id",
    "v": "no verdict in verdicts.jsonl or in an analysis has this id",
    "cite": "no entry of conf/library/*.bib has this key",
    "spec": "experiment.json has no value at this path",
    "ref": "the document has no figure and no table of this id",
}


class UnknownPlaceholder(ValueError):
    """A text names what does not exist. The message says which text, and what comes near."""


class RepeatedId(ValueError):
    """Two parts of a document have one id, so that a reference or a text's path leads to neither for sure."""


@dataclass(frozen=True)
class Named:
    """`facts` also holds those that the named verdicts rest on. `exhibits`: id -> `Figure 2`.

    `only_in_words`: the verdicts of which the text gives the words, and nowhere the sentence with its numbers.
    """

    facts: tuple[str, ...]
    verdicts: tuple[str, ...]
    citations: tuple[str, ...]
    exhibits: Mapping[str, str]
    only_in_words: frozenset[str] = frozenset()


def named(document: Document, book: Book) -> Named:
    """Raises UnknownPlaceholder, RepeatedId."""
    _check_ids(document.sections)
    exhibits = _exhibits(document)
    found = [_checked(one, at, book, exhibits) for at, text in slots(document).items() for one in placeholders(text)]
    verdicts = _each_once(verdict_id(one.name) for one in found if one.kind == "v")
    facts = [one.name for one in found if one.kind == "f"]
    rested_on = [fact for verdict in verdicts for fact in book.verdicts[verdict].facts if fact in book.facts]
    quoted = [_checked(Placeholder("cite", one, 0, 0), "a quotation", book, exhibits).name for one in _quoted(document)]
    citations = [one.name for one in found if one.kind == "cite"] + quoted
    said = [one.name for one in found if one.kind == "v"]
    only_in_words = frozenset(name for name in verdicts if name in said and f"{name}.sentence" not in said)
    return Named(_each_once(facts + rested_on), verdicts, _each_once(citations), exhibits, only_in_words)


def verdict_id(name: str) -> str:
    """`hypothesis` of `hypothesis.sentence`."""
    for part in _VERDICT_PARTS:
        name = name.removesuffix(part)
    return name


def exhibit_blocks(sections: Iterable[Section]) -> Iterator[Block]:
    """Every block, in reading order."""
    for section in sections:
        yield from section.blocks
        yield from exhibit_blocks(section.sections)


def _exhibits(document: Document) -> dict[str, str]:
    numbers: dict[str, str] = {}
    counts = {"Figure": 0, "Table": 0}
    for block in exhibit_blocks(document.sections):
        if isinstance(block, Figure | Table):
            if block.id in numbers:
                raise RepeatedId(f"two exhibits are called '{block.id}': rename one")
            kind = type(block).__name__
            counts[kind] += 1
            numbers[block.id] = f"{kind} {counts[kind]}"
    return numbers


def _check_ids(sections: Sequence[Section]) -> None:
    ids = [section.id for section in sections]
    if repeated := {one for one in ids if ids.count(one) > 1}:
        raise RepeatedId(f"two sections beside each other are called '{min(repeated)}': rename one")
    for section in sections:
        _check_ids(section.sections)


def _quoted(document: Document) -> Iterator[str]:
    yield from (block.cite for block in exhibit_blocks(document.sections) if isinstance(block, Quote))


def _checked(one: Placeholder, at: str, book: Book, exhibits: Mapping[str, str]) -> Placeholder:
    known: dict[str, Iterable[str]] = {
        "f": book.facts,
        "v": book.verdicts,
        "cite": book.library,
        "ref": exhibits,
    }
    if one.kind not in _WHERE:
        raise UnknownPlaceholder(f"{at}: {{{{{one.kind}:{one.name}}}}}: kinds are {', '.join(_WHERE)}")
    name = verdict_id(one.name) if one.kind == "v" else one.name
    if _in_spec(book, name) if one.kind == "spec" else name in known[one.kind]:
        return one
    near = get_close_matches(name, list(known.get(one.kind, ())), n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UnknownPlaceholder(f"{at}: {{{{{one.kind}:{one.name}}}}}: {_WHERE[one.kind]}{hint}")


def _in_spec(book: Book, path: str) -> bool:
    try:
        spec_value(book.spec, path)
    except UnknownSpecPath:
        return False
    return True


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
