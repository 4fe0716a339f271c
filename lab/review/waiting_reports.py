"""List the reports that no person has reviewed in their current content."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import NoSubject, report_subject
from lab.review.item import Item
from rules.reporting.report_reviews import read_report_reviews

MAX_SCORE = 5


def report_items(lab: Lab, plan: Plan, decisions: Decisions) -> Iterator[Item]:
    """Yield the reports of all experiments of the plan that are written and not accepted."""
    for experiment in plan.experiments.values():
        for title in experiment.reports:
            item = report_item(lab, experiment.id, title, decisions)
            if item is not None and item.standing.state not in ("approved", "rejected"):
                yield item


def report_item(lab: Lab, experiment: str, title: str, decisions: Decisions) -> Item | None:
    """Return the item of a report, None if it is not written."""
    try:
        subject = report_subject(lab, experiment, title)
    except NoSubject:
        return None
    state = standing(decisions, subject)
    reviews = read_report_reviews(lab, experiment, title)
    what = "report to review"
    if state.state == "returned":
        what = f"report that was returned; write its next version: snakemake --cores 2 {experiment}"
    elif reviews.remarks:
        what = "report with answers to the remarks of its review"
    last = reviews.reviews[-1] if reviews.reviews else None
    score = state.decision.score if state.decision else None
    earlier_score = last.score if last else None
    details = {
        "score": score,
        "earlier_score": earlier_score,
        "remarks": [remark.model_dump() for remark in reviews.remarks],
    }
    file = lab.report(experiment, title, ".html").relative_to(lab.root).as_posix()
    notes = _notes(len(reviews.remarks), state.state == "returned", score or earlier_score)
    return Item(subject, file, what, standing=state, notes=tuple(notes), details=details)


def _notes(remarks: int, is_open: bool, score: int | None) -> Iterator[str]:
    if remarks:
        word = "remark" if remarks == 1 else "remarks"
        yield f"{remarks} {word}, {'not answered yet' if is_open else 'answered in it'}"
    if score is not None:
        yield f"last score {score} of {MAX_SCORE}"
