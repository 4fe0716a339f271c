"""Mask the parts of a text that are copied from a fact, a verdict, the spec or the library and need no support."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.context.case import Book
from agents.review.text.folding import MASK
from agents.review.text.verbatim import is_verbatim
from compiler.base.nested import nodes

_PROSE = ("hypothesis", "description", "rationale", "research_question", "name")
_TOKEN = re.compile(r"\S+")
_QUOTED = re.compile(r"[“\"]([^”\"]{12,})[”\"]")
_PUNCTUATION = ".,;:()[]{}\"'`*_!?“”‘’"
_ESCAPE = "\\"  # Markdown's escape character
_MIN_WORDS = 3


@dataclass(frozen=True)
class KnownTexts:
    """Texts to mask: `passages` anywhere, `names` as whole words, quotations of `abstracts` in quotation marks."""

    passages: tuple[re.Pattern[str], ...]
    names: frozenset[str]
    abstracts: tuple[str, ...]

    def masked(self, text: str) -> str:
        """Return the text with its known parts masked. Its length does not change."""
        quotations = [match.span(1) for match in _QUOTED.finditer(text) if self._is_quotation(match[1])]
        for pattern in self.passages:
            text = pattern.sub(lambda match: MASK * len(match[0]), text)
        text = _TOKEN.sub(self._masked_name, text)
        for start, end in quotations:
            text = f"{text[:start]}{MASK * (end - start)}{text[end:]}"
        return text

    def _is_quotation(self, text: str) -> bool:
        return any(is_verbatim(text, abstract) for abstract in self.abstracts)

    def _masked_name(self, match: re.Match[str]) -> str:
        word = match[0].strip(_PUNCTUATION + _ESCAPE)
        if word.replace(_ESCAPE, "") not in self.names:
            return match[0]
        start = match[0].index(word)
        return f"{match[0][:start]}{MASK * len(word)}{match[0][start + len(word) :]}"


def known_texts(book: Book) -> KnownTexts:
    verdicts = [text for verdict in book.verdicts.values() for text in (verdict.sentence, verdict.words)]
    facts = [str(fact.value) for fact in book.facts.values() if isinstance(fact.value, str) and fact.unit != "level"]
    prose = [str(book.spec[name]) for name in _PROSE if book.spec.get(name)]
    library = [text for entry in book.library.values() for text in (entry.title, entry.venue, ", ".join(entry.authors))]
    passages = {text for text in (*verdicts, *facts, *prose, *library) if len(text.split()) >= _MIN_WORDS}
    names = {name for text in (*facts, *_strings(book.spec)) for name in _names_with_digits(text)}
    names |= {fact_id.strip(_PUNCTUATION) for fact_id in (*book.facts, *book.verdicts) if "[" in fact_id}
    return KnownTexts(
        tuple(_pattern(text) for text in sorted(passages, key=len, reverse=True)),
        frozenset(names),
        tuple(entry.abstract for entry in book.library.values()),
    )


def _names_with_digits(text: str) -> Iterator[str]:
    """Yield the words that are names and contain digits: run ids, versions, points."""
    for match in _TOKEN.finditer(text):
        word = match[0].strip(_PUNCTUATION)
        if re.search(r"\d", word) and (re.search(r"[^\W\d_]", word) or word.count(".") > 1 or ":" in word):
            yield word


def _strings(node: Any) -> Iterator[str]:
    for _, value in nodes(node):
        if isinstance(value, Mapping):
            yield from map(str, value)
        elif isinstance(value, str):
            yield value


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern for a text in any case, with any line breaks and escapes, with or without its full stop."""
    words = (_word_pattern(word) for word in text.rstrip(".").split())
    spaced = r"\s+".join(words)
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def _word_pattern(word: str) -> str:
    return "".join(character if character.isalnum() else rf"\\?{re.escape(character)}" for character in word)
