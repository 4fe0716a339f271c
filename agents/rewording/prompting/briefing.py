"""Build the messages for a part of a document. They depend only on the case, so that a preview equals the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.context.case import Book, Case
from agents.context.library import Entry
from agents.documents.document import Document, Figure, Section, Table
from agents.documents.placeholders import placeholders
from agents.documents.slots import rewordable_slots, slots
from agents.facts.fact import Fact
from agents.facts.number_format import format_fact
from agents.facts.subject import parse_fact_id
from agents.facts.verdict import Verdict
from agents.language_model.protocol import Message
from agents.review.lexicon.subjects import tested_metric
from agents.review.text.objection import Objection
from agents.rewording.prompting.data_block import enclose
from agents.rewording.prompting.prompts import Prompt

Rejected = Mapping[str, tuple[str, Sequence[Objection]]]  # by slot: the model's text and the objections to it
_SPEC_KEYS = ("name", "description", "hypothesis", "research_question", "rationale", "parent", "sweep", "compare")
_MAX_VALUE_LENGTH = 600  # characters of a fact's value; longer texts are truncated
_CENTRAL_GROUPS = ("experiment.", "registration.", "test.", "best.", "derived.", "deliverables.")


def request_messages(
    originals: Mapping[str, str], document: Document, case: Case, prompt: Prompt, rejected: Rejected | None = None
) -> tuple[Message, ...]:
    """Return the messages that request new versions of some texts, or of `rejected` texts with their objections."""
    data = briefing(originals, document, case.book)
    if rejected:
        data["objections"] = {slot: _rejection(text, objections) for slot, (text, objections) in rejected.items()}
    instruction = "Reword the rejected texts again." if rejected else "Reword the texts."
    return (
        {"role": "system", "content": prompt.text},
        {"role": "user", "content": f"{enclose(data)}\n{instruction}"},
    )


def briefing(originals: Mapping[str, str], document: Document, book: Book) -> dict[str, Any]:
    """Return the data of a request: the texts, and everything that they may refer to."""
    names = {placeholder.name for text in originals.values() for placeholder in placeholders(text)}
    facts = (fact for fact in book.facts.values() if fact.id in names or _is_central(fact.id, book))
    return {
        "document": {"kind": document.kind, "experiment": document.experiment_id},
        "surroundings": _surroundings(document),
        "texts": dict(originals),
        "facts": [fact_entry(fact) for fact in facts],
        "verdicts": [_verdict_entry(verdict) for verdict in book.verdicts.values()],
        "exhibits": exhibit_captions(document),
        "spec": {key: book.spec[key] for key in _SPEC_KEYS if book.spec.get(key)},
        "library": [_library_entry(entry) for entry in book.library.values()],
    }


def exhibit_captions(document: Document) -> dict[str, str]:
    """Return the captions of figures and tables by id."""
    blocks = (block for section in _all_sections(document.sections) for block in section.blocks)
    return {block.id: block.caption for block in blocks if isinstance(block, Figure | Table)}


def fact_entry(fact: Fact) -> dict[str, Any]:
    """Return the entry of a fact in a request, with its value formatted as in the rendered document."""
    value = format_fact(fact)[:_MAX_VALUE_LENGTH]
    entry = {"id": fact.id, "value": value, "label": fact.label, "subject": fact.subject}
    unit = {"unit": fact.unit} if fact.unit not in ("", "text") else {}
    flags = {"post_hoc": fact.is_post_hoc, "prediction": fact.is_prediction}
    return entry | unit | {flag: True for flag, is_set in flags.items() if is_set}


def _verdict_entry(verdict: Verdict) -> dict[str, Any]:
    entry = {"id": verdict.id, "conclusion": verdict.conclusion, "words": verdict.words, "sentence": verdict.sentence}
    return entry | ({"post_hoc": True} if verdict.is_post_hoc else {})


def _library_entry(entry: Entry) -> dict[str, str]:
    return {"key": entry.key, "title": entry.title, "year": entry.year, "abstract": entry.abstract}


def _rejection(text: str, objections: Sequence[Objection]) -> dict[str, Any]:
    entries = [{"span": item.span, "rule": item.rule, "reason": item.reason} for item in objections]
    return {"your_text": text[: 2 * _MAX_VALUE_LENGTH], "objections": entries}


def _surroundings(document: Document) -> dict[str, str]:
    """Return titles, and prose that is not reworded, so that the model does not repeat it."""
    reworded = rewordable_slots(document)
    return {
        slot: text
        for slot, text in slots(document).items()
        if (slot.endswith("title") if slot in reworded else slot.endswith(".text") or ".items." in slot)
    }


def _is_central(fact_id: str, book: Book) -> bool:
    """Return whether a fact is sent with every request. Other facts are sent only if a text names them."""
    parsed = parse_fact_id(fact_id)
    if parsed.kind in ("arm", "cell"):
        statistics = (f"{tested_metric(book)}.{statistic}" for statistic in ("mean", "sd", "min", "max"))
        return parsed.name in ("level", "n", "failed", *statistics)
    return parsed.kind == "contrast" or fact_id.startswith(_CENTRAL_GROUPS)


def _all_sections(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all_sections(section.sections)
