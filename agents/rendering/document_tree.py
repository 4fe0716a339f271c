"""A document with its values in place, as one pandoc tree: what every format is written from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.references import named
from agents.rendering import pandoc_ast as tree
from agents.rendering.blocks import Style, section_anchor, section_blocks
from agents.rendering.citations import Bibliography, bibliography
from agents.rendering.inlines import inlines
from agents.rendering.pandoc import converted
from agents.rendering.pandoc_ast import Node, Nodes
from agents.rendering.provenance_appendix import provenance_blocks
from agents.rendering.substitution import Showing

TEMPLATES = Path(__file__).parent / "templates"
_LONG_WORD = 16  # characters
_PROVENANCE = (
    "Every number of the text leads here: what it is, how many values stand behind it, "
    "and which function read or computed it from which file."
)


@dataclass(frozen=True)
class Frame:
    """Markup of a format around the provenance appendix: constants of this package."""

    form: str
    opening: str
    closing: str


def paper(document: Document, book: Book, style: Style, frame: Frame, *, is_rich: bool = True) -> Node:
    """Raises UnknownPlaceholder, PandocFailed."""
    names = named(document, book)
    works = bibliography(tuple(book.library[key] for key in names.citations))
    showing = Showing(book, names, works, is_rich)
    body = section_blocks(document.sections, showing, style)
    return tree.document(_meta(document, showing), [*body, *_references(works), *_appendix(showing, frame)])


def breakable(node: Any) -> Any:
    """The tree with places in long words at which a line may end: paths, run names and hashes have no spaces."""
    if isinstance(node, list):
        return [breakable(one) for one in node]
    if not isinstance(node, dict):
        return node
    match node:
        case {"t": "Str", "c": str(text)}:
            return {"t": "Str", "c": _with_breaks(text)}
        case {"t": "Code", "c": [attributes, text]}:
            return {"t": "Code", "c": [attributes, _with_breaks(text)]}
        case {"t": "CodeBlock"}:
            return node
    return {key: breakable(value) for key, value in node.items()}


def written(made: Node, form: str, template: str) -> str:
    """The tree in one of pandoc's formats. Raises PandocFailed."""
    return converted(made, ["-t", form, f"--template={TEMPLATES / template}"])


def _with_breaks(text: str) -> str:
    return re.sub(r"(?<=[/.,=_|:\[\]])(?=\w)", "\u200b", text) if len(text) > _LONG_WORD else text


def _meta(document: Document, showing: Showing) -> dict[str, Node]:
    texts = {"title": document.title, "subtitle": document.subtitle, "abstract": document.abstract}
    lists = {
        "author": [tree.words(name) for name in document.authors],
        "keywords": [_unlinked(word, showing) for word in document.keywords],
    }
    meta = {key: tree.meta_text(_unlinked(text, showing)) for key, text in texts.items() if text and key != "abstract"}
    if document.abstract:
        meta["abstract"] = tree.meta_text(inlines(document.abstract, showing))
    meta |= {key: tree.meta_list(map(tree.meta_text, texts)) for key, texts in lists.items() if texts}
    return meta | {f"is-{document.kind.replace('_', '-')}": tree.meta_flag(True)}


def _unlinked(text: str, showing: Showing) -> Nodes:
    return tree.words(tree.plain(inlines(text, showing)))


def _references(works: Bibliography) -> Nodes:
    if not works.references:
        return []
    title = tree.header(1, tree.words("References"), section_anchor("references"), is_numbered=False)
    return [title, *works.references]


def _appendix(showing: Showing, frame: Frame) -> Nodes:
    entries = provenance_blocks(showing)
    if not entries:
        return []
    title = tree.header(1, tree.words("Where the numbers come from"), section_anchor("provenance"), is_numbered=False)
    opening, closing = tree.raw(frame.form, frame.opening), tree.raw(frame.form, frame.closing)
    return [title, tree.paragraph(tree.words(_PROVENANCE)), opening, *entries, closing]
