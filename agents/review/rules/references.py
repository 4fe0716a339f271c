"""Every placeholder names something that exists."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.documents.spec_path import UnknownSpecPath, spec_value
from agents.facts.fact import Verdict
from agents.review.text.passage import Mark, Passage

_PARTS = (".sentence", ".conclusion")
_TYPED = re.compile(r"\bet al\b|\bibid\b")


def verdict_named(name: str, book: Book) -> Verdict | None:
    """The verdict of `{{v:name}}`, whose id may itself have dots."""
    if name in book.verdicts:
        return book.verdicts[name]
    return next((book.verdicts.get(name.removesuffix(part)) for part in _PARTS if name.endswith(part)), None)


def references(passage: Passage, book: Book, exhibits: Collection[str] | None) -> Iterator[Mark]:
    """`exhibits` None: they are not known and not asked for."""
    for one in passage.placeholders:
        for rule, reason in _problems(one, book, exhibits):
            yield Mark(one.start, one.end, rule, reason)
    for reading in passage.readings:
        for match in _TYPED.finditer(reading.text):
            yield Mark(*reading.span(*match.span()), "unknown_citation", "cite by key: {{cite:…}}")


def _problems(one: Placeholder, book: Book, exhibits: Collection[str] | None) -> Iterator[tuple[str, str]]:
    if one.kind == "f" and one.name not in book.facts:
        yield "unknown_fact", f"there is no fact '{one.name}'{_nearest(one.name, book.facts)}"
    elif one.kind == "v" and verdict_named(one.name, book) is None:
        yield "unknown_verdict", f"there is no verdict '{one.name}'{_nearest(one.name, book.verdicts)}"
    elif one.kind == "cite" and one.name not in book.library:
        yield "unknown_citation", f"the library has no entry '{one.name}'{_nearest(one.name, book.library)}"
    elif one.kind == "ref" and exhibits is not None and one.name not in exhibits:
        yield "unknown_exhibit", f"there is no figure or table '{one.name}'{_nearest(one.name, exhibits)}"
    elif one.kind == "spec":
        try:
            spec_value(book.spec, one.name)
        except UnknownSpecPath as problem:
            yield "unknown_spec", str(problem)
    elif one.kind not in ("f", "v", "cite", "ref"):
        yield "unknown_placeholder", f"'{one.kind}' is no kind of placeholder: f, v, cite, spec or ref"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f" (did you mean '{near[0]}'?)" if near else ""
