"""Related work: entries of the library that share a topic with the experiment, and the relevance of the topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from agents.context.citations import quotable_sentence, related_works, relation
from agents.context.library import Entry
from agents.documents.document import Block, Paragraph, Quote, Section
from agents.review.lexicon.conclusion_words import REGISTERED_IN_ADVANCE
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import join_with_and

_CLOSING = Paragraph(
    text="These works were selected from the library of the lab by topic. No number in this text is taken from them."
)
_METHOD_SENTENCES = {
    "random seeds": "Training depends on random numbers, so this experiment repeats each setting with several seeds.",
    "statistical testing": "A statistical test compares the observed difference with the variation between runs.",
    "preregistration": "Hypothesis and test of an experiment can be registered before its runs.",
    "hyperparameter search": "This experiment searches for suitable settings.",
}
_RELATION_SENTENCES = {
    "swept": "This experiment varies the TOPIC.",
    "tag": "This experiment has the tag “TOPIC”.",
    "word": "The specification of this experiment mentions “TOPIC”.",
}


def related_work_section(view: CaseView) -> Section | None:
    """Return the section, None if no entry is related. Only a paper on a confirmatory test cites preregistration.

    In another paper, the topic would read as a claim that this test was registered in advance.
    """
    spec = view.case.spec
    excluded = None if view.is_registered else REGISTERED_IN_ADVANCE
    entries = sorted(related_works(view.case.book.library.values(), spec, excluded), key=lambda pair: pair[1])
    blocks = tuple(
        block
        for topic, pairs in groupby(entries, key=lambda pair: pair[1])
        for block in _topic(topic, [entry for entry, _ in pairs], spec)
    )
    return Section(id="related-work", title="Related work", blocks=(*blocks, _CLOSING)) if blocks else None


def _topic(topic: str, entries: Sequence[Entry], spec: Mapping[str, Any]) -> Iterator[Block]:
    is_model = any(map(str.isdecimal, topic))  # such as gpt-2, whose digit the quality review would reject
    subject = "the trained model" if is_model else topic
    why = "This experiment names its kind." if is_model else _why(topic, relation(topic, spec))
    verb = "addresses" if len(entries) == 1 and len(entries[0].authors) == 1 else "address"
    citations = join_with_and([f"{{{{cite:{entry.key}}}}}" for entry in entries])
    yield Paragraph(text=f"*{subject.capitalize()}.* {why} {citations} {verb} this topic.")
    quotes = ((entry, quotable_sentence(entry, topic)) for entry in entries)
    yield from (Quote(text=span, cite=entry.key) for entry, span in quotes if span)


def _why(topic: str, kind: str) -> str:
    """Return a sentence that states how the topic is related to the experiment."""
    general_sentence = _RELATION_SENTENCES["word" if kind == "method" else kind].replace("TOPIC", topic)
    return _METHOD_SENTENCES.get(topic, general_sentence) if kind == "method" else general_sentence
