"""A document worded by a model, text by text. Nothing is used that was not reviewed, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from agents.context.case import Book, Case
from agents.documents.document import Document
from agents.documents.slots import replace_slots, rewordable_slots
from agents.language_model.protocol import Channel, ModelUnavailable
from agents.review.text.objection import Objection
from agents.rewording.author import Author
from agents.rewording.decisions import Decision, Record, Worded
from agents.rewording.fidelity.required_content import is_unbounded, unfaithful
from agents.rewording.prompting.briefing import LARGEST_PART, parts
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.requested_figures import with_figures
from agents.rewording.review_loop import settled, unavailable
from agents.rewording.tools.tool import Toolbox

Review = Callable[[Mapping[str, str], Book], Sequence[Objection]]


def worded(
    document: Document,
    case: Case,
    prompt: Prompt,
    channel: Channel,
    review: Review,
    tools: Toolbox | None = None,
    *,
    model: str = "",
    transcript: Transcript | None = None,
    largest: int = LARGEST_PART,
) -> Worded:
    """Raises nothing for what a model does: at worst the document comes back as it was, and the record says why.

    `tools` are those of this document only: what is derived with them becomes part of its book. `model` is its name,
    for the record. `largest` bounds a request's texts in characters, see `largest_part`.
    """
    transcript = transcript or Transcript()
    author = Author.of(document, case, prompt, channel, tools, transcript)
    decisions: dict[str, Decision] = {}
    ended = ""
    try:
        for decision in _decided(author, review, transcript, largest):
            decisions[decision.slot] = decision
    except ModelUnavailable as error:
        ended = unavailable(error)
        transcript.note("ended", why=ended)
    left = [Decision(at, "deterministic", why=ended) for at in rewordable_slots(document) if at not in decisions]
    told = (*decisions.values(), *left)
    record = Record(document.kind, model, prompt.name, prompt.version, told, tuple(author.ignored), ended)
    taken_over = replace_slots(document, {one.slot: one.text for one in told if one.text})
    return Worded(with_figures(taken_over, author.figures), record, author.facts)


def _decided(author: Author, review: Review, transcript: Transcript, largest: int) -> Iterator[Decision]:
    """Raises ModelUnavailable."""

    def judge(waiting: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, tuple[Objection, ...]]:
        found = _objections(author, review, waiting, given)
        for one in found:
            transcript.note("objection", **one.to_json())
        return {at: mine for at in given if (mine := tuple(one for one in found if one.slot == at))}

    for part in parts(author.document, largest):
        for decision in settled(part, author.texts, judge):
            transcript.note("decision", slot=decision.slot, outcome=decision.outcome, why=decision.why)
            yield decision


def _objections(
    author: Author, review: Review, waiting: Mapping[str, str], given: Mapping[str, str]
) -> tuple[Objection, ...]:
    """What is wrong with texts that are not just the original's."""
    new, book = {at: text for at, text in given.items() if text != waiting[at]}, author.book
    owed = [one for at, text in new.items() for one in unfaithful(at, waiting[at], text, author.exhibits, book)]
    unbounded = {one.slot for one in owed if is_unbounded(one)}
    return (*owed, *review({at: text for at, text in new.items() if at not in unbounded}, book))
