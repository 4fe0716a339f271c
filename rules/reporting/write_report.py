"""Write one report of an experiment in all its formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agents.context.case import Case
from agents.documents.closed_gates import with_closed_gates
from agents.documents.document import Document
from agents.documents.document_references import DuplicateId, UnknownPlaceholder
from agents.documents.report_json import collect_report
from agents.rendering.formats import render, render_all
from agents.rendering.images import REPORTS
from agents.report_review.answers import with_answers
from agents.review.template_review import review_document
from agents.review.text.objection import objections_json
from agents.writers.load_writer import load_writer
from agents.writers.shared.arms_figure import arm_values, draw_arms
from agents.writers.shared.case_view import CaseView
from compiler.base.json_files import read_json, write_bytes, write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.gates.analysis_gate import analysis_gate
from rules.reporting.analysis_files import read_analyses, without_rewording
from rules.reporting.drafts import DocumentRejected, rejection, remove_draft, remove_report, write_draft
from rules.reporting.load_case import read_writers_case
from rules.reporting.optional_rewording import optional_rewording
from rules.reporting.report_reviews import read_report_reviews


def write_report(lab: Lab, plan: Plan, experiment: str, title: str) -> None:
    """Write a report, and a JSON file with its sources. `title` is the name of the files.

    A document with objections of the quality review becomes a draft. No report remains under its title.

    Raises:
        DocumentRejected: the quality review has objections to the document, or to an analysis that it is based on.
        UnknownName: the writer cannot be imported.
        BrokenLibrary: an entry of the library cannot be cited.
        BrokenReviews: the file with the remarks of reviewers is damaged.
    """
    target, folder = plan.experiments[experiment].reports[title].target, lab.experiment(experiment)
    remove_draft(lab, experiment, title)
    _require_reviewed_analyses(lab, experiment, title, analysis_titles(plan.experiments[experiment].spec))
    case = read_writers_case(lab, plan, experiment)
    draw_figures(case, folder / REPORTS / "figures" / title)
    document = run_writer(lab, plan, case, target)
    document, case, decisions = optional_rewording(lab, plan, experiment).reword_report(document, case, target, title)
    document = with_answers(document, read_report_reviews(lab, experiment, title), case.book)
    document = with_closed_gates(document, case.book.facts)
    if objections := review_document(document, case.book, folder):
        markdown = _markdown_if_possible(document, case, folder)
        remove_report(lab, experiment, title)
        content = document.model_dump(mode="json")
        write_draft(lab, experiment, title, content, markdown, objections_json(objections))
        raise rejection(lab, experiment, title, objections)
    for suffix, rendered in render_all(document, case.book, folder).items():
        write_bytes(lab.report(experiment, title, suffix), rendered)
    content = collect_report(document, case.book).to_json() | ({"wording": decisions} if decisions else {})
    write_json(lab.report(experiment, title, ".json"), content | {"objections": []})


def _require_reviewed_analyses(lab: Lab, experiment: str, title: str, titles: Sequence[str]) -> None:
    """Raise DocumentRejected if an analysis was not reviewed, or the quality review has objections to it."""
    gate = analysis_gate(read_json(lab.quality_review(experiment)), titles)
    if not gate.passed:
        remove_report(lab, experiment, title)
        reasons = "; ".join(f"{failed.name} has {failed.reason}" for failed in gate.failed)
        drafts = lab.drafts(experiment) / "analysis"
        raise DocumentRejected(f"{experiment}: {title} is not written: {reasons}; see the objections in {drafts}")


def _markdown_if_possible(document: Document, case: Case, folder: Path) -> bytes | None:
    """Return a draft as Markdown, None if a reference in it is wrong, so that it cannot be rendered."""
    try:
        return render(document, case.book, ".md", folder)
    except (UnknownPlaceholder, DuplicateId):
        return None


def run_writer(lab: Lab, plan: Plan, case: Case, target: str) -> Document:
    """Return the document of a writer, before any rewording."""
    titles = analysis_titles(plan.experiments[case.experiment_id].spec)
    analyses = read_analyses(lab, case.experiment_id, titles)
    integration = without_rewording(read_json(lab.integration(case.experiment_id)))
    return load_writer(target)(case, analyses, integration)


def draw_figures(case: Case, folder: Path) -> None:
    """Draw the figures of a report. The folder is created even if there is nothing to draw."""
    folder.mkdir(parents=True, exist_ok=True)
    view = CaseView(case)
    if arm_values(view):
        draw_arms(view, folder)
