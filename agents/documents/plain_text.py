"""Return template texts as plain text, with the values of their placeholders, for a terminal or a comparison."""

from __future__ import annotations

from agents.context.case import Book
from agents.documents.document_references import verdict_id
from agents.documents.placeholders import Placeholder, fill_placeholders
from agents.documents.spec_path import UnknownSpecPath, spec_text, spec_value
from agents.facts.number_format import format_fact
from agents.facts.verdict import Verdict

_UNKNOWN = {"f": "fact", "v": "verdict", "spec": "value of the spec", "cite": "citation", "ref": "figure or table"}


def plain_text(text: str, book: Book) -> str:
    """Return the text with the value of each placeholder. A placeholder without a value is marked as unknown."""
    return fill_placeholders(text, lambda placeholder: _value(placeholder, book))


def verdict_text(verdict: Verdict, name: str) -> str:
    """Return the words of a verdict, or the part that the name of a placeholder asks for."""
    parts = {".sentence": verdict.sentence, ".conclusion": verdict.conclusion}
    return parts.get(name.removeprefix(verdict.id), verdict.words)


def _value(placeholder: Placeholder, book: Book) -> str:
    name = placeholder.name
    match placeholder.kind:
        case "f" if name in book.facts:
            return format_fact(book.facts[name])
        case "v" if verdict_id(name) in book.verdicts:
            return verdict_text(book.verdicts[verdict_id(name)], name)
        case "spec" if (value := _spec_value(name, book)) is not None:
            return value
        case "cite" if name in book.library:
            return f"[{name}]"
        case "ref":
            return name
    return f"[unknown {_UNKNOWN.get(placeholder.kind, placeholder.kind)} {name}]"


def _spec_value(path: str, book: Book) -> str | None:
    try:
        return spec_text(spec_value(book.spec, path))
    except UnknownSpecPath:
        return None
