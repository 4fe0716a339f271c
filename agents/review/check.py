"""`proband check`: any file of text against an experiment's facts and verdicts."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.document import Document
from agents.review.finished_text.check_finished_text import check_text
from agents.review.finished_text.markdown_text import pieces
from agents.review.template_review import review, review_analysis, review_document
from agents.review.text.objection import Objection, located
from agents.review.text.passage import Mark


class UnreadableText(ValueError):
    """The file is no text that can be checked."""


def check(file: Path, book: Book, *, template: bool = False) -> list[Objection]:
    """What nothing supports. `template`: the strict rule, for a file with placeholders or a document as JSON.

    Raises:
        UnreadableText: not UTF-8, or JSON that is none of a report, a document and an analysis.
        OSError: the file cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise UnreadableText(f"{file}: not UTF-8 text ({problem.reason} at byte {problem.start})") from problem
    if file.suffix == ".json":
        return _of_json(file, text, book)
    if template:
        return _of_template(file, text, book)
    return check_text(text, book, str(file), is_html=file.suffix in (".html", ".htm"))


def _of_template(file: Path, text: str, book: Book) -> list[Objection]:
    """Paragraph by paragraph, so that headings and lists of Markdown may be there."""
    found = []
    for piece in pieces(text):
        for one in review({str(file): piece.text.rstrip("\n")}, book):
            at = sum(len(line) + 1 for line in piece.text.split("\n")[: one.line - 1]) + one.column - 1
            start, end = piece.places[at], piece.places[at + len(one.span)]
            found.append(located(str(file), text, Mark(start, end, one.rule, one.reason)))
    return found


def _of_json(file: Path, text: str, book: Book) -> list[Objection]:
    try:
        data = json.loads(text)
        if isinstance(data, dict) and "analyst" in data:
            return review_analysis(Analysis.model_validate(data), book)
        is_report = isinstance(data, dict) and "document" in data
        return review_document(Document.model_validate(data["document"] if is_report else data), book)
    except (json.JSONDecodeError, ValidationError) as problem:
        raise UnreadableText(f"{file}: none of a report, a document and an analysis: {problem}") from problem
