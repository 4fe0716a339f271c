"""Build the pandoc tree of a document, with values in place of placeholders. All formats are written from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.document_references import collect_references
from agents.rendering.bibliography import Bibliography, bibliography
from agents.rendering.blocks import Style, section_anchor, section_blocks
from agents.rendering.inlines import inlines
from agents.rendering.pandoc import Tree, run_pandoc, syntax_tree
from agents.rendering.pandoc_ast import Blocks, Element, element, header, paragraph, plain_text, raw_block, words
from agents.rendering.provenance_appendix import provenance_blocks
from agents.rendering.substitution import Substitution

_TEMPLATES = Path(__file__).parent / "templates"
_PROVENANCE = (
    "Each number in the text links to an entry here. An entry states what the number is, how many values it is "
    "computed from, and which function read or computed it from which file."
)


@dataclass(frozen=True)
class Frame:
    """Markup of an output format around the provenance appendix. It is constant."""

    format: str
    opening: str
    closing: str


def build_tree(document: Document, book: Book, style: Style, frame: Frame, *, is_rich: bool = True) -> Tree:
    """Return the pandoc tree of a document. Raises UnknownPlaceholder, DuplicateId, PandocFailed."""
    references = collect_references(document, book)
    works = bibliography(tuple(book.library[key] for key in references.citations))
    values = Substitution(book, references, works, is_rich)
    body = section_blocks(document.sections, values, style)
    blocks = [*body, *_reference_list(works), *_appendix(values, frame)]
    return syntax_tree(blocks, _metadata(document, values))


def write_format(tree: Tree, format_name: str, template: str) -> str:
    """Return the tree in one of pandoc's formats. Raises PandocFailed."""
    return run_pandoc(tree, ["-t", format_name, f"--template={_TEMPLATES / template}"])


def _metadata(document: Document, values: Substitution) -> dict[str, Element]:
    def without_links(text: str) -> Element:
        return element("MetaInlines", words(plain_text(inlines(text, values))))

    metadata = {"title": without_links(document.title)}
    if document.subtitle:
        metadata["subtitle"] = without_links(document.subtitle)
    if document.abstract:
        metadata["abstract"] = element("MetaInlines", inlines(document.abstract, values))
    if document.authors:
        metadata["author"] = element("MetaList", [element("MetaInlines", words(name)) for name in document.authors])
    if document.keywords:
        metadata["keywords"] = element("MetaList", list(map(without_links, document.keywords)))
    metadata[f"is-{document.kind.replace('_', '-')}"] = element("MetaBool", True)
    return metadata


def _reference_list(works: Bibliography) -> Blocks:
    if not works.references:
        return []
    title = header(1, words("References"), section_anchor("references"), is_numbered=False)
    return [title, *works.references]


def _appendix(values: Substitution, frame: Frame) -> Blocks:
    entries = provenance_blocks(values)
    if not entries:
        return []
    title = header(1, words("Where the numbers come from"), section_anchor("provenance"), is_numbered=False)
    opening, closing = raw_block(frame.opening, frame.format), raw_block(frame.closing, frame.format)
    return [title, paragraph(words(_PROVENANCE)), opening, *entries, closing]
