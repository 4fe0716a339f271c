"""What a model is told: built from the case alone, so that what is shown beforehand is what will be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.context.case import Book, Case
from agents.context.library import Entry
from agents.documents.document import Document, Figure, Section, Table
from agents.documents.placeholders import placeholders
from agents.documents.slots import rewordable_slots, slots
from agents.facts.fact import Fact, Verdict
from agents.facts.number_format import shown
from agents.facts.subject import parse_fact_id
from agents.review.text.objection import Objection
from agents.rewording.prompting.data_block import enclosed
from agents.rewording.prompting.prompts import Prompt

Message = Mapping[str, Any]
Refused = Mapping[str, tuple[str, Sequence[Objection]]]  # by place: the text that was given, and what is wrong with it
LARGEST_PART = 6000  # characters of places and templates that are asked for at once
_PER_TOKEN = 1.2  # characters of a part for each token of its answer, which may be the longer text
_SPEC = ("name", "description", "hypothesis", "research_question", "rationale", "parent", "sweep", "compare")
_LONGEST = 600  # characters of a single value: what is longer is no number, and no help in wording


def parts(document: Document, largest: int = LARGEST_PART) -> tuple[dict[str, str], ...]:
    """The rewordable_slots texts in the portions in which they are asked for: whole sections, as many as fit."""
    found: list[dict[str, str]] = []
    for section in _by_section(rewordable_slots(document)):
        for portion in _portions(section, largest):
            if found and _size(found[-1]) + _size(portion) <= largest:
                found[-1] |= portion
            else:
                found.append(portion)
    return tuple(found)


def largest_part(max_tokens: int) -> int:
    """Characters of a part whose answer fits into so many tokens."""
    return int(_PER_TOKEN * max_tokens)


def messages(
    part: Mapping[str, str], document: Document, case: Case, prompt: Prompt, refused: Refused | None = None
) -> tuple[Message, ...]:
    """One request for the texts of a part; with `refused`, one more request for those that were objected to."""
    data = briefing(part, document, case.book)
    if refused:
        data["objections"] = {at: _refusal(text, found) for at, (text, found) in refused.items()}
    asked = "Word the texts again that were refused." if refused else "Word the texts."
    return (
        {"role": "system", "content": prompt.text},
        {"role": "user", "content": f"{enclosed(data)}\n{asked}"},
    )


def briefing(part: Mapping[str, str], document: Document, book: Book) -> dict[str, Any]:
    named = {each.name for text in part.values() for each in placeholders(text)}
    return {
        "document": {"kind": document.kind, "experiment": document.experiment_id},
        "surroundings": _surroundings(document),
        "texts": dict(part),
        "facts": [fact_line(one) for one in book.facts.values() if one.id in named or _is_central(one.id, book)],
        "verdicts": [verdict_line(one) for one in book.verdicts.values()],
        "exhibits": exhibits(document),
        "spec": {key: book.spec[key] for key in _SPEC if book.spec.get(key)},
        "library": [_entry_line(one) for one in book.library.values()],
    }


def _surroundings(document: Document) -> dict[str, str]:
    """Titles, and the prose that stays as it is: what a text need not say again."""
    free = rewordable_slots(document)
    stays = (at for at in slots(document) if at not in free and (at.endswith(".text") or ".items." in at))
    wanted = {*stays, *(at for at in free if at.endswith("title"))}
    return {at: text for at, text in slots(document).items() if at in wanted}


def exhibits(document: Document) -> dict[str, str]:
    """Captions of figures and tables by id."""
    return {block.id: block.caption for section in _sections(document.sections) for block in _exhibits(section)}


def fact_line(fact: Fact) -> dict[str, Any]:
    line = {"id": fact.id, "value": shown(fact)[:_LONGEST], "label": fact.label, "subject": fact.subject}
    unit = {"unit": fact.unit} if fact.unit not in ("", "text") else {}
    marks = {"post_hoc": fact.is_post_hoc, "prediction": fact.is_prediction}
    return line | unit | {mark: True for mark, holds in marks.items() if holds}


def verdict_line(verdict: Verdict) -> dict[str, Any]:
    line = {"id": verdict.id, "conclusion": verdict.conclusion, "words": verdict.words, "sentence": verdict.sentence}
    return line | ({"post_hoc": True} if verdict.is_post_hoc else {})


def _is_central(name: str, book: Book) -> bool:
    """Of the many facts those that any text may want; the rest is given where texts name it, or on asking."""
    metric = (book.spec.get("compare") or {}).get("metric", "")
    of_arm = ("level", "n", "failed", *(f"{metric}.{moment}" for moment in ("mean", "sd", "min", "max")))
    fact_id = parse_fact_id(name)
    if fact_id.kind in ("arm", "cell"):
        return fact_id.name in of_arm
    central = ("experiment.", "registration.", "test.", "best.", "derived.", "deliverables.")
    return fact_id.kind == "contrast" or name.startswith(central)


def _entry_line(entry: Entry) -> dict[str, str]:
    return {"key": entry.key, "title": entry.title, "year": entry.year, "abstract": entry.abstract}


def _refusal(text: str, objections: Sequence[Objection]) -> dict[str, Any]:
    found = [{"span": one.span, "rule": one.rule, "reason": one.reason} for one in objections]
    return {"your_text": text[: 2 * _LONGEST], "objections": found}


def _by_section(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    grouped: dict[str, dict[str, str]] = {}
    for at, text in texts.items():
        grouped.setdefault(".".join(at.split(".")[:2]) if at.startswith("sections.") else "", {})[at] = text
    yield from grouped.values()


def _portions(texts: Mapping[str, str], largest: int) -> Iterator[dict[str, str]]:
    portion: dict[str, str] = {}
    for at, text in texts.items():
        if portion and _size(portion) + len(at) + len(text) > largest:
            yield portion
            portion = {}
        portion[at] = text
    if portion:
        yield portion


def _size(texts: Mapping[str, str]) -> int:
    return sum(len(at) + len(text) for at, text in texts.items())


def _sections(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _sections(section.sections)


def _exhibits(section: Section) -> Iterator[Figure | Table]:
    yield from (block for block in section.blocks if isinstance(block, Figure | Table))
