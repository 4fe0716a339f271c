"""Read and write the remarks with which people returned a report."""

from __future__ import annotations

from pydantic import ValidationError

from agents.report_review.reviews import ReportReviews
from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab


class BrokenReviews(InputError):
    """The file with the remarks on a report is damaged. The message names the file and the problem."""


def read_report_reviews(lab: Lab, experiment: str, report: str) -> ReportReviews:
    """Return the reviews of a report, none if it was never returned. Raises BrokenReviews."""
    file = lab.report_reviews(experiment, report)
    if not file.is_file():
        return ReportReviews(experiment_id=experiment, report=report)
    try:
        reviews = ReportReviews.model_validate(read_json(file))
    except (ValidationError, ValueError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise BrokenReviews(f"{file}: {problem} (restore the file, or delete it and return the report again)") from None
    numbers = [remark.number for remark in reviews.remarks]
    if (reviews.experiment_id, reviews.report) != (experiment, report) or len(set(numbers)) != len(numbers):
        raise BrokenReviews(f"{file}: belongs to another report, or two remarks have one number (restore the file)")
    return reviews


def write_report_reviews(lab: Lab, reviews: ReportReviews) -> None:
    write_json(lab.report_reviews(reviews.experiment_id, reviews.report), reviews.model_dump(mode="json"))
