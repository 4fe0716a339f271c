"""Related work: entries of the library that share a topic with the experiment, and why the topic matters here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from agents.context.citations import bearing, quotable, related
from agents.context.library import Entry
from agents.documents.document import Block, Paragraph, Quote, Section
from agents.writers.shared.case_view import CaseView, join_with_and

_CLOSING = Paragraph(
    text="These works are the context of this experiment, found in its library by topic. No number of this text comes "
    "from them."
)
_METHODS = {
    "random seeds": "Training starts from random numbers, so this experiment repeats every setting over several seeds.",
    "statistical testing": "Whether a difference could be the work of chance is put to a test here.",
    "preregistration": "Hypothesis and test of an experiment can be fixed in a registration before its runs.",
    "hyperparameter search": "The settings of this experiment were searched for.",
}
_BEARINGS = {
    "swept": "This experiment varies the TOPIC.",
    "tag": "Its authors file this experiment under “TOPIC”.",
    "word": "What this experiment says of itself speaks of “TOPIC”.",
}


def related_work_section(evidence: CaseView) -> Section | None:
    spec = evidence.case.spec
    found = related(evidence.case.book.library.values(), spec)
    by_topic = groupby(sorted(found, key=lambda one: one[1]), key=lambda one: one[1])
    blocks = tuple(block for topic, pairs in by_topic for block in _topic(topic, [entry for entry, _ in pairs], spec))
    return Section(id="related-work", title="Related work", blocks=(*blocks, _CLOSING)) if blocks else None


def _topic(topic: str, entries: Sequence[Entry], spec: Mapping[str, Any]) -> Iterator[Block]:
    is_model = any(map(str.isdecimal, topic))  # such as gpt-2, which a text must not spell: it has a digit
    subject = "the model that was trained" if is_model else topic
    why = "This experiment names its kind." if is_model else _why(topic, bearing(topic, spec))
    verb = "writes" if len(entries) == 1 and len(entries[0].authors) == 1 else "write"
    cites = join_with_and([f"{{{{cite:{entry.key}}}}}" for entry in entries])
    yield Paragraph(text=f"*{subject.capitalize()}.* {why} {cites} {verb} on this.")
    quotes = ((entry, quotable(entry, topic)) for entry in entries)
    yield from (Quote(text=span, cite=entry.key) for entry, span in quotes if span)


def _why(subject: str, how: str) -> str:
    """Why the topic matters here, as far as the spec tells."""
    generic = _BEARINGS["word" if how == "method" else how].replace("TOPIC", subject)
    return _METHODS.get(subject, generic) if how == "method" else generic
