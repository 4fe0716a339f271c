"""Check a text file against the facts and verdicts of an experiment, for `proband check`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.document import Document
from agents.review.finished_text.markdown_text import pieces
from agents.review.finished_text_review import check_text
from agents.review.template_review import review, review_analysis, review_document
from agents.review.text.objection import Mark, Objection, located
from compiler.base.json_files import parse_json


class UnreadableText(ValueError):
    """The file is not a text that can be checked."""


def check_file(file: Path, book: Book, *, template: bool = False) -> list[Objection]:
    """Return the objections to the text of a file.

    `template` applies the template rules. A JSON file is always checked by the template rules.

    Raises:
        UnreadableText: The file is not UTF-8, or it is JSON and not a report, a document or an analysis.
        OSError: The file cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableText(f"{file}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    if file.suffix == ".json":
        return _check_json(file, text, book)
    if template:
        return _check_template(file, text, book)
    return check_text(text, book, str(file), is_html=file.suffix in (".html", ".htm"))


def _check_template(file: Path, text: str, book: Book) -> list[Objection]:
    """Check each paragraph separately, so that headings and lists of Markdown are allowed around them."""
    objections = []
    for piece in pieces(text):
        for objection in review({str(file): piece.text.rstrip("\n")}, book):
            lines_before = piece.text.split("\n")[: objection.line - 1]
            start = sum(len(line) + 1 for line in lines_before) + objection.column - 1
            end = start + len(objection.span)
            mark = Mark(piece.positions[start], piece.positions[end], objection.rule, objection.reason)
            objections.append(located(str(file), text, mark))
    return objections


def _check_json(file: Path, text: str, book: Book) -> list[Objection]:
    try:
        data = parse_json(text)
        if isinstance(data, dict) and "analyst" in data:
            return review_analysis(Analysis.model_validate(data), book)
        is_report = isinstance(data, dict) and "document" in data
        return review_document(Document.model_validate(data["document"] if is_report else data), book)
    except (ValueError, ValidationError) as error:
        raise UnreadableText(f"{file}: not a report, a document or an analysis: {error}") from error
