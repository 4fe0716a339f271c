"""Related work: entries of the library that share a topic with the experiment, quoted word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from agents.citations import quotable, related
from agents.documents.document import Block, Paragraph, Quote, Section
from agents.library import Entry
from agents.writers.evidence import Evidence

_OPENING = Paragraph(
    text="The works named here are filed in the library under topics of this experiment. They are its context; no "
    "number of this text comes from them."
)


def related_work_section(evidence: Evidence) -> Section | None:
    found = related(evidence.case.book.library.values(), evidence.case.spec)
    by_topic = groupby(sorted(found, key=lambda one: one[1]), key=lambda one: one[1])
    blocks = tuple(block for topic, pairs in by_topic for block in _topic(topic, [entry for entry, _ in pairs]))
    return Section(id="related-work", title="Related work", blocks=(_OPENING, *blocks)) if blocks else None


def _topic(topic: str, entries: Sequence[Entry]) -> Iterator[Block]:
    subject = "the model that was trained" if any(map(str.isdecimal, topic)) else topic
    told = " ".join(_sentence(entry, is_opening=entry is entries[0]) for entry in entries)
    yield Paragraph(text=f"*{subject.capitalize()}.* {told}")
    quotes = ((entry, quotable(entry, topic)) for entry in entries)
    yield from (Quote(text=span, cite=entry.key) for entry, span in quotes if span)


def _sentence(entry: Entry, *, is_opening: bool) -> str:
    """A citation at the head of a sentence shows the authors as its subject."""
    verb = "treats" if len(entry.authors) == 1 else "treat"
    return f"{{{{cite:{entry.key}}}}} {verb} this topic." if is_opening else f"{{{{cite:{entry.key}}}}} {verb} it, too."
