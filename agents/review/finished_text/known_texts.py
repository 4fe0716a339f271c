"""Texts that code or the spec's author wrote: where one stands word for word, it needs no other support."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.context.case import Book
from agents.review.rules.quotations import is_verbatim
from agents.review.text.folding import MASK
from compiler.base.nested import nodes

_PROSE = ("hypothesis", "description", "rationale", "research_question", "name")
_TOKEN = re.compile(r"\S+")
_EDGES = ".,;:()[]{}\"'`*_!?“”‘’"
_ESCAPE = "\\"  # of Markdown
_FEWEST_WORDS = 3
_SPACE = r"\s+"


@dataclass(frozen=True)
class KnownTexts:
    """`passages` are masked wherever they stand, `names` where they are a whole word."""

    passages: tuple[re.Pattern[str], ...]
    names: frozenset[str]

    def masked(self, text: str) -> str:
        """The text, as long as before, with what is known masked."""
        for pattern in self.passages:
            text = pattern.sub(lambda match: MASK * len(match[0]), text)
        return _TOKEN.sub(self._masked_name, text)

    def _masked_name(self, match: re.Match[str]) -> str:
        word = match[0].strip(_EDGES + _ESCAPE)
        if word.replace(_ESCAPE, "") not in self.names:
            return match[0]
        at = match[0].index(word)
        return f"{match[0][:at]}{MASK * len(word)}{match[0][at + len(word) :]}"


def known_texts(book: Book) -> KnownTexts:
    verdicts = [text for verdict in book.verdicts.values() for text in (verdict.sentence, verdict.words)]
    told = [str(fact.value) for fact in book.facts.values() if isinstance(fact.value, str) and fact.unit != "level"]
    written = [str(book.spec[name]) for name in _PROSE if book.spec.get(name)]
    library = [text for entry in book.library.values() for text in (entry.title, entry.venue, ", ".join(entry.authors))]
    whole = {text for text in (*verdicts, *told, *written, *library) if len(text.split()) >= _FEWEST_WORDS}
    names = {word for text in (*told, *_strings(book.spec)) for word in _names(text)}
    names |= {name.strip(_EDGES) for name in (*book.facts, *book.verdicts) if "[" in name}
    return KnownTexts(tuple(_pattern(text) for text in sorted(whole, key=len, reverse=True)), frozenset(names))


def quoted_spans(text: str, book: Book) -> Iterator[tuple[int, int]]:
    """Quotations in typographic or straight marks that are verbatim in an abstract."""
    for match in re.finditer(r"[“\"]([^”\"]{12,})[”\"]", text):
        if any(is_verbatim(match[1], entry.abstract) for entry in book.library.values()):
            yield match.span(1)


def _names(text: str) -> Iterator[str]:
    """Its words that are names with digits in them: run ids, versions, points."""
    for match in _TOKEN.finditer(text):
        word = match[0].strip(_EDGES)
        if re.search(r"\d", word) and (re.search(r"[^\W\d_]", word) or word.count(".") > 1 or ":" in word):
            yield word


def _strings(node: Any) -> Iterator[str]:
    for _, value in nodes(node):
        if isinstance(value, Mapping):
            yield from map(str, value)
        elif isinstance(value, str):
            yield value


def _pattern(text: str) -> re.Pattern[str]:
    """However a writer of Markdown escapes and wraps it; with or without its last full stop and first capital."""
    words = (_word_pattern(word) for word in text.rstrip(".").split())
    return re.compile(rf"(?<!\w){_SPACE.join(words)}(?!\w)", re.IGNORECASE)


def _word_pattern(word: str) -> str:
    return "".join(one if one.isalnum() else rf"\\?{re.escape(one)}" for one in word)


def all_masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{MASK * (end - start)}{text[end:]}"
    return text
