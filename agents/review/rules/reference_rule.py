"""Object to placeholders that refer to an unknown fact, verdict, library entry, spec value or exhibit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.documents.spec_path import UnknownSpecPath, spec_value
from agents.facts.verdict import Verdict
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_VERDICT_PARTS = (".sentence", ".conclusion")
_TYPED_CITATION = re.compile(r"\bet al\b|\bibid\b")


def find_verdict(name: str, book: Book) -> Verdict | None:
    """Return the verdict that `{{v:name}}` refers to. `name` is its id, or its id and the suffix of a part."""
    if name in book.verdicts:
        return book.verdicts[name]
    return next((book.verdicts.get(name.removesuffix(part)) for part in _VERDICT_PARTS if name.endswith(part)), None)


def check_references(passage: Passage, context: Context) -> Iterator[Mark]:
    for placeholder in passage.placeholders:
        for rule, reason in _problems(placeholder, context):
            yield Mark(placeholder.start, placeholder.end, rule, reason)
    for start, end, _ in passage.search(_TYPED_CITATION):
        yield Mark(start, end, "unknown_citation", "cite by key: {{cite:…}}")


def _problems(placeholder: Placeholder, context: Context) -> Iterator[tuple[str, str]]:
    kind, name, book, exhibits = placeholder.kind, placeholder.name, context.book, context.exhibits
    if kind == "f" and name not in book.facts:
        yield "unknown_fact", f"there is no fact '{name}'{_suggestion(name, book.facts)}"
    elif kind == "v" and find_verdict(name, book) is None:
        yield "unknown_verdict", f"there is no verdict '{name}'{_suggestion(name, book.verdicts)}"
    elif kind == "cite" and name not in book.library:
        yield "unknown_citation", f"the library has no entry '{name}'{_suggestion(name, book.library)}"
    elif kind == "ref" and exhibits is not None and name not in exhibits:
        yield "unknown_exhibit", f"there is no figure or table '{name}'{_suggestion(name, exhibits)}"
    elif kind == "spec":
        try:
            spec_value(book.spec, name)
        except UnknownSpecPath as error:
            yield "unknown_spec", str(error)
    elif kind not in ("f", "v", "cite", "ref"):
        yield "unknown_placeholder", f"there are no placeholders of kind '{kind}': use f, v, cite, spec or ref"


def _suggestion(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.7)
    return f" (did you mean '{near[0]}'?)" if near else ""
