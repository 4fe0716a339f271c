"""Render a document as Markdown, HTML, LaTeX or PDF from one tree. The same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.rendering import images
from agents.rendering.blocks import Style
from agents.rendering.document_tree import Frame, build_tree, write_format
from agents.rendering.latex_unicode import declare_characters
from agents.rendering.line_breaks import add_line_breaks
from agents.rendering.pandoc_ast import Blocks, raw_block

Renderer = Callable[[Document, Book, Path], bytes]


class NoSuchFormat(ValueError):
    """There is no output format with this suffix."""


class TypesettingFailed(Exception):
    """Typst rejected the source. The message is Typst's own."""


def render(document: Document, book: Book, suffix: str, folder: Path) -> bytes:
    """Return the document in the format of a suffix: .md, .html, .tex or .pdf.

    `folder` is the folder of the experiment, which contains the figures.

    Raises:
        UnknownPlaceholder, DuplicateId, MissingImage, PandocFailed, TypesettingFailed, NoSuchFormat.
    """
    if suffix not in FORMATS:
        raise NoSuchFormat(f"there is no format '{suffix}' (use one of {', '.join(FORMATS)})")
    return FORMATS[suffix](document, book, folder)


def render_all(document: Document, book: Book, folder: Path) -> dict[str, bytes]:
    """Return the document in every format, by suffix. Two are written at the same time. Raises as `render`."""
    longest_first = sorted(FORMATS, key=lambda suffix: suffix != ".pdf")
    with ThreadPoolExecutor(max_workers=2) as threads:
        futures = {suffix: threads.submit(render, document, book, suffix, folder) for suffix in longest_first}
    return {suffix: futures[suffix].result() for suffix in FORMATS}


def render_markdown(document: Document, book: Book, _: Path) -> bytes:
    style = Style(images.relative_path, has_captions=False, code_language="text")
    tree = build_tree(document, book, style, Frame("gfm", "", ""), is_rich=False)
    return write_format(tree, "gfm", "report.md").encode()


def render_html(document: Document, book: Book, folder: Path) -> bytes:
    """Return one self-contained page: it includes the style sheet and the images."""
    embedded = images.EmbeddedImages(folder)
    tree = build_tree(document, book, Style(embedded.name), Frame("html", '<div class="provenance">', "</div>"))
    return embedded.embed(write_format(tree, "html5", "report.html")).encode()


def render_latex(document: Document, book: Book, _: Path) -> bytes:
    """Return a source for pdflatex, xelatex and lualatex, which refers to images by their relative paths."""
    style = Style(images.relative_path, breaks_code=True, keep_together=_room_for)
    tree = build_tree(document, book, style, Frame("latex", r"\begin{provenance}", r"\end{provenance}"))
    return declare_characters(write_format(add_line_breaks(tree), "latex", "report.tex")).encode()


def _room_for(lines: int) -> Blocks:
    """Return LaTeX that starts a new page unless `lines` more lines fit, because a longtable may break anywhere.

    The template defines `\\roomfor`.
    """
    return [raw_block(rf"\roomfor{{{lines}}}", "latex")]


def render_pdf(document: Document, book: Book, folder: Path) -> bytes:
    import typst

    source: Any = typst_source(document, book, folder).encode()
    try:
        pdf: Any = typst.compile(source, root=folder, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise TypesettingFailed(str(error)) from error
    return bytes(pdf)


def typst_source(document: Document, book: Book, folder: Path) -> str:
    style = Style(partial(images.typst_path, folder=folder))
    tree = build_tree(document, book, style, Frame("typst", "#provenance[", "]"))
    return write_format(add_line_breaks(tree), "typst", "report.typ")


FORMATS: Mapping[str, Renderer] = {
    ".md": render_markdown,
    ".html": render_html,
    ".tex": render_latex,
    ".pdf": render_pdf,
}
