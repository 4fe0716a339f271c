"""Split the texts of a document into the parts that are requested together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.documents.document import Document
from agents.documents.slots import rewordable_slots

MAX_PART_LENGTH = 6000  # characters of slots and templates in one request
_CHARACTERS_PER_TOKEN = 1.2  # characters of a part per token of the answer, which may be longer than the part


def document_parts(document: Document, max_length: int = MAX_PART_LENGTH) -> tuple[dict[str, str], ...]:
    """Return the texts that may be reworded, in parts of whole sections. Only a long section is split."""
    parts: list[dict[str, str]] = []
    for section in _texts_by_section(rewordable_slots(document)):
        for portion in _portions(section, max_length):
            if parts and _length(parts[-1]) + _length(portion) <= max_length:
                parts[-1] |= portion
            else:
                parts.append(portion)
    return tuple(parts)


def max_part_length_for(max_tokens: int) -> int:
    """Return the length of a part, in characters, whose answer fits into this number of tokens."""
    return int(_CHARACTERS_PER_TOKEN * max_tokens)


def _texts_by_section(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    for slot, text in texts.items():
        section = ".".join(slot.split(".")[:2]) if slot.startswith("sections.") else ""
        sections.setdefault(section, {})[slot] = text
    yield from sections.values()


def _portions(texts: Mapping[str, str], max_length: int) -> Iterator[dict[str, str]]:
    portion: dict[str, str] = {}
    for slot, text in texts.items():
        if portion and _length(portion) + len(slot) + len(text) > max_length:
            yield portion
            portion = {}
        portion[slot] = text
    if portion:
        yield portion


def _length(texts: Mapping[str, str]) -> int:
    return sum(len(slot) + len(text) for slot, text in texts.items())
