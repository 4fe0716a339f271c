"""Reword a document with a language model, text by text. Only reviewed texts replace the originals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from agents.context.case import Book, Case
from agents.documents.document import Document
from agents.documents.slots import replace_slots, rewordable_slots
from agents.language_model.protocol import Channel, ModelUnavailable
from agents.review.text.objection import Objection
from agents.rewording.author import Author
from agents.rewording.decisions import Decision, RewordedDocument, RewordingRecord
from agents.rewording.fidelity.fidelity_review import fidelity_objections, has_unusable_length
from agents.rewording.prompting.document_parts import MAX_PART_LENGTH, document_parts
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.requested_figures import insert_figures
from agents.rewording.review_loop import Texts, review_loop, unavailable_reason
from agents.rewording.tools.tool import Toolbox

Review = Callable[[Mapping[str, str], Book], Sequence[Objection]]


def reword_document(
    document: Document,
    case: Case,
    prompt: Prompt,
    channel: Channel,
    review: Review,
    tools: Toolbox | None = None,
    *,
    model: str = "",
    transcript: Transcript | None = None,
    max_part_length: int = MAX_PART_LENGTH,
) -> RewordedDocument:
    """Reword the texts of a document.

    If the model fails, the remaining texts are kept, and the record gives the reason.

    `tools` belong to this document: facts derived with them become part of its book. `model` is the model's name, for
    the record. `max_part_length` limits the texts of a request in characters, see `max_part_length_for`.
    """
    transcript = transcript or Transcript()
    author = Author.recorded(document, case, prompt, channel, tools, transcript)
    decisions: dict[str, Decision] = {}
    ended = ""
    try:
        for decision in _decisions(author, review, transcript, max_part_length):
            decisions[decision.slot] = decision
    except ModelUnavailable as error:
        ended = unavailable_reason(error)
        transcript.note("ended", why=ended)
    undecided = (slot for slot in rewordable_slots(document) if slot not in decisions)
    decided = (*decisions.values(), *(Decision(slot, "deterministic", why=ended) for slot in undecided))
    record = RewordingRecord(document.kind, model, prompt.name, prompt.version, decided, tuple(author.ignored), ended)
    reworded = replace_slots(document, {decision.slot: decision.text for decision in decided if decision.text})
    return RewordedDocument(insert_figures(reworded, author.figures), record, author.facts)


def _decisions(author: Author, review: Review, transcript: Transcript, max_part_length: int) -> Iterator[Decision]:
    """Yield the decision on each text, and record it. Raises ModelUnavailable."""

    def review_texts(originals: Texts, new_texts: Texts) -> Mapping[str, tuple[Objection, ...]]:
        objections: dict[str, tuple[Objection, ...]] = {}
        for objection in _objections(author, review, originals, new_texts):
            transcript.note("objection", **objection.to_json())
            objections[objection.slot] = (*objections.get(objection.slot, ()), objection)
        return {slot: objections[slot] for slot in new_texts if slot in objections}

    for part in document_parts(author.document, max_part_length):
        for decision in review_loop(part, author.request_texts, review_texts):
            transcript.note("decision", slot=decision.slot, outcome=decision.outcome, why=decision.why)
            yield decision


def _objections(author: Author, review: Review, originals: Texts, new_texts: Texts) -> list[Objection]:
    """Return the objections of both reviews to the texts that differ from the original."""
    changed, book = {slot: text for slot, text in new_texts.items() if text != originals[slot]}, author.book
    objections = []
    for slot, text in changed.items():
        objections += fidelity_objections(slot, originals[slot], text, author.exhibits, book)
    unusable = {objection.slot for objection in objections if has_unusable_length(objection)}
    return [*objections, *review({slot: text for slot, text in changed.items() if slot not in unusable}, book)]
