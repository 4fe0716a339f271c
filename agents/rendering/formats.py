"""A document on paper: Markdown, HTML, LaTeX and PDF of one tree. The same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.rendering import images
from agents.rendering import pandoc_ast as tree
from agents.rendering.blocks import Style
from agents.rendering.document_tree import Frame, breakable, paper, written
from agents.rendering.latex_unicode import declared
from agents.rendering.pandoc_ast import Nodes

Rendering = Callable[[Document, Book, Path], bytes]


class NoSuchFormat(ValueError):
    """A suffix that no format has."""


class TypesettingFailed(Exception):
    """Typst did not take the page. The message is its own."""


def rendered(document: Document, book: Book, suffix: str, folder: Path) -> bytes:
    """`suffix` is .md, .html, .tex or .pdf; `folder` the experiment's, in which figures lie.

    Raises:
        UnknownPlaceholder, MissingImage, PandocFailed, TypesettingFailed, NoSuchFormat.
    """
    if suffix not in FORMATS:
        raise NoSuchFormat(f"'{suffix}' is none of {', '.join(FORMATS)}")
    return FORMATS[suffix](document, book, folder)


def markdown(document: Document, book: Book, _: Path) -> bytes:
    style = Style(images.beside_report, has_captions=False, code_language="text")
    made = paper(document, book, style, Frame("gfm", "", ""), is_rich=False)
    return written(made, "gfm", "report.md").encode()


def html(document: Document, book: Book, folder: Path) -> bytes:
    """One file: images and style sheet are inside."""
    style = Style(partial(images.embedded, folder=folder))
    made = paper(document, book, style, Frame("html", '<div class="provenance">', "</div>"))
    return written(made, "html5", "report.html").encode()


def latex(document: Document, book: Book, _: Path) -> bytes:
    """Compiles with pdflatex, xelatex and lualatex where it stands: beside it lie the images it names."""
    style = Style(images.beside_report, breaks_code=True, room=_room)
    made = paper(document, book, style, Frame("latex", r"\begin{provenance}", r"\end{provenance}"))
    return declared(written(made | {"blocks": breakable(made["blocks"])}, "latex", "report.tex")).encode()


def _room(lines: int) -> Nodes:
    """Longtables break anywhere; this macro of the template keeps the short ones whole."""
    return [tree.raw("latex", rf"\roomfor{{{lines}}}")]


def pdf(document: Document, book: Book, folder: Path) -> bytes:
    import typst

    source: Any = typst_source(document, book, folder).encode()
    try:
        found: Any = typst.compile(source, root=folder, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise TypesettingFailed(str(error)) from error
    return bytes(found)


def typst_source(document: Document, book: Book, folder: Path) -> str:
    style = Style(partial(images.from_root, folder=folder))
    made = paper(document, book, style, Frame("typst", "#provenance[", "]"))
    return written(made | {"blocks": breakable(made["blocks"])}, "typst", "report.typ")


FORMATS: Mapping[str, Rendering] = {".md": markdown, ".html": html, ".tex": latex, ".pdf": pdf}
