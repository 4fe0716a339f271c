"""Add a section to a report that quotes each remark of its reviewers and answers it.

Remarks and the answers of people are data. They are in verbatim blocks, where no placeholder is replaced and no markup
applies. The sentences beside them are written by code, from a comparison with the reviewed version.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from agents.context.case import Book
from agents.documents.document import Block, Document, Paragraph, Section, Verbatim
from agents.report_review.reviews import AuthorsAnswer, Remark, ReportReviews, Review, SectionTexts
from agents.report_review.section_texts import ANSWERS_ID, section_texts
from compiler.base.printable import printable, printable_line

MAX_CHANGES = 20  # lines of a difference that are shown
_COMPUTED = "Its numbers are computed from the files of the runs, and not from remarks."


def with_answers(document: Document, reviews: ReportReviews, book: Book) -> Document:
    """Return the report with the answers as its last section, or unchanged if it was never returned."""
    if not reviews.remarks:
        return document
    texts = section_texts(document, book)
    blocks = [
        block
        for review in reviews.reviews
        for remark in review.remarks
        for block in _answered(remark, review, texts, reviews.answers_to(remark.number))
    ]
    section = Section(id=ANSWERS_ID, title="Answers to the review", blocks=(_introduction(), *blocks))
    return document.model_copy(update={"sections": (*document.sections, section)})


def _introduction() -> Paragraph:
    text = (
        "People returned earlier versions of this report with the remarks that are quoted here. Code compared this "
        "version with the reviewed version to answer them. Images are not compared."
    )
    return Paragraph(text=text, is_required=True)


def _answered(remark: Remark, review: Review, texts: SectionTexts, answers: Sequence[AuthorsAnswer]) -> Iterator[Block]:
    about = f" on {printable_line(remark.section)}" if remark.section is not None else ""
    yield Verbatim(text=_quoted(f"Remark {remark.number}{about}", review.by, review.at, remark.text))
    yield from _changes(remark, review, texts)
    for answer in answers:
        yield Verbatim(text=_quoted(f"Answer to remark {remark.number}", answer.by, answer.at, answer.text))


def _changes(remark: Remark, review: Review, texts: SectionTexts) -> Iterator[Block]:
    """Yield a statement on what changed since the reviewed version, and the changed lines."""
    part = "report" if remark.section is None else "section"
    if remark.section is not None and remark.section not in texts:
        yield _statement("This version of the report has no section with the title that the remark names.")
        return
    titles = [remark.section] if remark.section is not None else list(dict.fromkeys([*texts, *review.texts]))
    lines = [
        line
        for title in titles
        for line in _changed_lines(list(review.texts.get(title, ())), list(texts.get(title, ())))
    ]
    if not lines:
        yield _statement(f"The texts and tables of this {part} are the same as in the reviewed version. {_COMPUTED}")
        return
    cut = " The list is shortened." if len(lines) > MAX_CHANGES else ""
    yield _statement(
        f"Texts of this {part} have changed since the reviewed version. A minus sign marks removed lines, and a plus "
        f"sign marks new lines.{cut} Whether the change answers the remark is for its reviewer to decide."
    )
    yield Verbatim(text="\n".join(lines[:MAX_CHANGES]))


def _changed_lines(before: list[str], after: list[str]) -> Iterator[str]:
    _, _, *lines = difflib.unified_diff(before, after, n=0, lineterm="") if before != after else ("", "")
    yield from (f"{line[0]} {printable_line(line[1:])}" for line in lines if not line.startswith("@@"))


def _statement(text: str) -> Paragraph:
    return Paragraph(text=text, is_required=True)


def _quoted(head: str, by: str, at: str, text: str) -> str:
    """Return who said what and when. Control characters are written as escapes."""
    return f"{head}, {printable_line(by)}, {at[:10]}:\n{printable(text.strip())}"
