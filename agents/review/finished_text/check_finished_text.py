"""A finished text against facts and verdicts: what nothing supports, in a draft edited by hand, a slide, a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.context.case import Book
from agents.review.finished_text.known_numbers import Known, KnownNumbers, known_numbers
from agents.review.finished_text.known_texts import KnownTexts, all_masked, known_texts, quoted_spans
from agents.review.finished_text.level_mentions import Levels, levels
from agents.review.finished_text.markdown_text import Piece, pieces
from agents.review.finished_text.number_parsing import Written, written_numbers
from agents.review.finished_text.provenance_entries import is_entry, is_source, sources_of
from agents.review.finished_text.quantity_context import as_told
from agents.review.finished_text.stated_comparisons import objection, said
from agents.review.rules.comparatives import comparison_words
from agents.review.rules.conclusions import count_claims, typed_conclusions
from agents.review.rules.prompt_injection import instructions
from agents.review.rules.quantities import metric_heads
from agents.review.rules.subjects import strays
from agents.review.rules.symbols import hidden
from agents.review.text.mention_alignment import Mention
from agents.review.text.objection import Objection, located
from agents.review.text.passage import Mark, Passage
from agents.review.text.subject_levels import fits, is_told_of_somebody

_RELATION = re.compile(r"[<>≤≥≪≫]=?\s*[-+−]?\.?\d")
_P_VALUE = re.compile(r"(?:\bp\b[^.;|]{0,40}|[|(\[]\s*\\?|^\s*\\?)$", re.IGNORECASE)


@dataclass(frozen=True)
class _Known:
    """What a text is held against."""

    book: Book
    numbers: KnownNumbers
    texts: KnownTexts
    levels: Levels
    metrics: re.Pattern[str] | None
    sources: frozenset[str]


def check_text(text: str, book: Book, name: str = "text", *, is_html: bool = False) -> list[Objection]:
    """Numbers and comparisons of Markdown, plain text or HTML that no fact and no verdict supports.

    `name` is the file's, for the objections. Blocks of code are not read.
    """
    known = _Known(book, known_numbers(book), known_texts(book), levels(book), _metrics(book), sources_of(book))
    found: list[Mark] = []
    for piece in pieces(text, is_html=is_html):
        source = piece.text if is_html else text[piece.places[0] : piece.places[-1]]
        found += [_moved(mark, piece) for mark in _marks(piece, source, known)]
    ordered = sorted(found, key=lambda mark: (mark.start, mark.end))
    return list({(one.start, one.rule): located(name, text, one) for one in ordered}.values())


def _metrics(book: Book) -> re.Pattern[str] | None:
    heads = metric_heads(book)
    return re.compile(rf"\b(?:{'|'.join(sorted(heads))})\b") if heads else None


def _moved(mark: Mark, piece: Piece) -> Mark:
    return Mark(piece.places[mark.start], piece.places[mark.end], mark.rule, mark.reason)


def _marks(piece: Piece, source: str, known: _Known) -> Iterator[Mark]:
    if is_entry(source, known.book.facts) or is_source(source, known.sources):
        return
    whole = Passage("", piece.text)
    masked = all_masked(known.texts.masked(piece.text), quoted_spans(piece.text, known.book))
    rest = Passage("", masked)
    yield from hidden(whole)
    yield from instructions(rest)
    yield from count_claims(rest, known.book)
    yield from typed_conclusions(rest, known.book)
    names = [Mention(start, end, subject, True) for start, end, subject in known.levels.found(whole)]
    yield from _numbers(rest, names, known)
    yield from _comparisons(rest, names, known)


def _numbers(passage: Passage, names: Sequence[Mention[str]], known: _Known) -> Iterator[Mark]:
    told: dict[int, tuple[Written, list[Known]]] = {}
    for number in written_numbers(passage):
        if any(one.start <= number.start < one.end for one in names):
            continue
        matching = [] if number.is_glued else known.numbers.matching(number, passage.plain)
        fitting = as_told(passage, number.start, matching, known.metrics)
        span = passage.text[number.start : number.end].strip()
        if fitting:
            told[number.start] = (number, fitting)
        elif matching:
            yield Mark(
                number.start, number.end, "swapped_quantity", f"'{span}' is '{matching[0].name}', told as another"
            )
        else:
            yield Mark(number.start, number.end, "number", f"no fact and no value of the spec is '{span}'")
    yield from _swapped(passage, names, told)


def _swapped(
    passage: Passage, names: Sequence[Mention[str]], told: dict[int, tuple[Written, list[Known]]]
) -> Iterator[Mark]:
    """Numbers that are facts, but of another arm than the one they stand by."""
    values = [
        Mention(number.start, number.end, frozenset(one.subject for one in matching), False)
        for number, matching in told.values()
        if all(is_told_of_somebody(one.subject) for one in matching)
    ]
    named = [Mention(one.start, one.end, frozenset((one.what,)), True) for one in names]
    for start, end in passage.sentences:
        inside = sorted((one for one in [*named, *values] if start <= one.start < end), key=lambda one: one.start)
        for one in strays(passage, inside, start, end, _fits_any):
            reason = f"this number is of {', '.join(sorted(one.what)[:2])}, told of another"
            yield Mark(one.start, one.end, "swapped_subject", reason)


def _fits_any(names: frozenset[str], values: frozenset[str]) -> bool:
    return any(fits(name, value) for name in names for value in values)


def _comparisons(passage: Passage, names: Sequence[Mention[str]], known: _Known) -> Iterator[Mark]:
    reading = passage.readings[0]
    words = list(comparison_words(passage))
    for start, end, word in words:
        left, right = passage.sentence_at(start)
        others = [one for one in words if left <= one[0] < right and one[2] != "than"]
        if word == "than" and others:
            continue
        sentence = reading.between(left, right)
        named = [one for one in names if left <= one.start < right]
        metrics = frozenset(known.metrics.findall(sentence)) if known.metrics else frozenset()
        reason = objection(said(word, start, end, sentence, left, named), metrics, known.book)
        if reason:
            yield Mark(start, end, "comparative", reason)
    for match in _RELATION.finditer(passage.plain):
        if not _P_VALUE.search(passage.plain[max(0, match.start() - 60) : match.start()]):
            yield Mark(*match.span(), "comparative", "a relation between values: only a verdict compares")
