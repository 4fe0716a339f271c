"""Accept a report, return it with remarks, or answer a remark. A returned report is written again by the next build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from agents.context.case import Book
from agents.documents.report_json import report_from_json
from agents.report_review.reviews import AuthorsAnswer, Remark, Review, SectionTexts
from agents.report_review.section_texts import named_section, section_texts
from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from lab.approvals.actor import Actor
from lab.approvals.decision import is_text, timestamp
from lab.approvals.decision_files import utc_now
from lab.approvals.subject import Subject
from lab.approvals.subject_hashes import report_subject
from lab.review.decide import Choice, check_unchanged, decision_lock, record_choice
from rules.reporting.report_reviews import read_report_reviews, write_report_reviews


class BadReview(InputError):
    """A review of a report lacks something or contradicts itself."""


def accept_report(lab: Lab, seen: Subject, choice: Choice) -> Path:
    """Record that a person accepts a report. Raises ChangedSinceShown, CannotDecide."""
    with decision_lock(lab):
        check_unchanged(lab, seen, report_subject(lab, *seen.name.split("/")), choice.outcome)
        return record_choice(lab, (seen,), choice)


def return_report(lab: Lab, seen: Subject, choice: Choice, clock: Callable[[], datetime] = utc_now) -> Path:
    """Record the remarks of a person on a report, for the decision and for the next version of the report.

    Raises:
        ChangedSinceShown, CannotDecide: as `decide`.
        BadReview: The report is damaged, or a remark is empty.
        BrokenReviews: The file with the earlier remarks is damaged.
    """
    experiment, title = seen.name.split("/")
    with decision_lock(lab):
        check_unchanged(lab, seen, report_subject(lab, experiment, title), choice.outcome)
        reviews = read_report_reviews(lab, experiment, title)
        texts = reviewed_texts(lab, experiment, title)
        first = 1 + max((remark.number for remark in reviews.remarks), default=0)
        remarks = tuple(
            Remark(number=number, text=_remark_text(text), section=named_section(text, list(texts)))
            for number, text in enumerate(choice.remarks, start=first)
        )
        review = Review(
            sha256=seen.sha256,
            by=choice.by.name,
            at=timestamp(clock()),
            remarks=remarks,
            texts=texts,
            score=choice.score,
            comment=choice.why,
        )
        file = record_choice(lab, (seen,), choice)
        write_report_reviews(lab, reviews.with_review(review))
        return file


def answer_remarks(
    lab: Lab, name: str, answers: Sequence[tuple[int, str]], by: Actor, clock: Callable[[], datetime] = utc_now
) -> Path:
    """Store the answers of a person to remarks, by number. The next version of the report quotes them. Return the file.

    Raises:
        BadReview: There is no such remark, or an answer is empty. No answer is stored.
    """
    experiment, title = name.split("/")
    with decision_lock(lab):
        reviews = read_report_reviews(lab, experiment, title)
        numbers = [remark.number for remark in reviews.remarks]
        for number, text in answers:
            if number not in numbers:
                listed = ", ".join(map(str, numbers)) or "none"
                raise BadReview(f"{name}: there is no remark {number} (remarks: {listed})")
            if problem := _text_problem(text):
                raise BadReview(f"{name}: the answer to remark {number} {problem}")
            answer = AuthorsAnswer(remark=number, text=text, by=by.name, at=timestamp(clock()))
            reviews = reviews.with_answer(answer)
        write_report_reviews(lab, reviews)
    return lab.report_reviews(experiment, title)


def reviewed_texts(lab: Lab, experiment: str, title: str) -> SectionTexts:
    """Return the texts of a written report by section. Raises BadReview if the report is damaged."""
    file = lab.report(experiment, title, ".json")
    try:
        report = report_from_json(read_json(file))
        spec = read_json(lab.experiment(experiment) / "experiment.json")
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise BadReview(f"{file}: is damaged ({error}); build it again before reviewing it") from error
    return section_texts(report.document, Book(report.facts, report.verdicts, spec))


def section_notes(remarks: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Return a line for each remark that seems to name a section that the report does not have."""
    notes = []
    for number, remark in enumerate(remarks, start=1):
        name, colon, _ = remark.partition(":")
        similar = get_close_matches(name.strip().casefold(), [title.casefold() for title in titles], n=1, cutoff=0.75)
        if colon and similar and named_section(remark, titles) is None:
            title = next(title for title in titles if title.casefold() == similar[0])
            notes.append(f"remark {number}: no section is called '{name.strip()}'; did you mean '{title}'?")
    return notes


def _remark_text(text: str) -> str:
    if problem := _text_problem(text):
        raise BadReview(f"a remark {problem} (write what is to be changed: --remark TEXT)")
    return text


def _text_problem(text: str) -> str:
    """Return why a text cannot be stored, "" if it can. Bytes that are not UTF-8 give text that is no Unicode."""
    if not text.strip():
        return "is empty"
    return "" if is_text(text) else "is not valid Unicode"
