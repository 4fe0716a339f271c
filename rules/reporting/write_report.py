"""Write one report of an experiment in all its formats."""

from __future__ import annotations

from pathlib import Path

from agents.context.case import Case
from agents.documents.document import Document
from agents.documents.report_json import collect_report
from agents.rendering.formats import FORMATS, render
from agents.rendering.images import REPORTS
from agents.review.template_review import review_document
from agents.writers.load_writer import load_writer
from agents.writers.shared.arms_figure import arm_values, draw_arms
from agents.writers.shared.case_view import CaseView
from compiler.base.json_files import read_json, write_bytes, write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.analysis_files import read_analyses, without_rewording
from rules.reporting.load_case import read_writers_case
from rules.reporting.optional_rewording import optional_rewording


def write_report(lab: Lab, plan: Plan, experiment: str, title: str) -> None:
    """Write a report, and a JSON file with its sources and the objections of the quality review.

    `title` is the name of the files.

    Raises:
        UnknownName: the writer cannot be imported.
        BrokenLibrary: an entry of the library cannot be cited.
        UnknownPlaceholder: a text refers to something that does not exist.
        MissingImage: the image of a figure does not exist.
    """
    target, folder = plan.experiments[experiment].reports[title].target, lab.experiment(experiment)
    case = read_writers_case(lab, plan, experiment)
    draw_figures(case, folder / REPORTS / "figures" / title)
    document = run_writer(lab, plan, case, target)
    document, case, decisions = optional_rewording(lab, plan, experiment).reword_report(document, case, target, title)
    for suffix in FORMATS:
        write_bytes(lab.report(experiment, title, suffix), render(document, case.book, suffix, folder))
    content = collect_report(document, case.book).to_json() | ({"wording": decisions} if decisions else {})
    objections = [objection.to_json() for objection in review_document(document, case.book, folder)]
    write_json(lab.report(experiment, title, ".json"), content | {"objections": objections})


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
