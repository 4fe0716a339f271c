"""Write one report of an experiment in all its formats."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agents.context.case import Case
from agents.documents.document import Document
from agents.documents.report_json import report_to_json
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
from rules.reporting.analysis_files import read_analyses, without_record
from rules.reporting.load_case import read_case, read_known
from rules.reporting.optional_rewording import wording


def write_report(lab: Lab, plan: Plan, experiment: str, title: str) -> None:
    """`title` is what the files of the report are called. What the reviewer objects to stands beside it as data.

    Raises:
        UnknownName, BrokenLibrary, UnknownPlaceholder, MissingImage.
    """
    target, folder = plan.experiments[experiment].reports[title].target, lab.experiment(experiment)
    case = read_case(lab, plan, experiment)
    case = replace(case, book=read_known(lab, plan, case))
    draw_figures(case, folder / REPORTS / "figures" / title)
    document = written(lab, plan, case, target)
    document, case, worded = wording(lab, plan, experiment).document(document, case, target, title)
    for suffix in FORMATS:
        write_bytes(lab.report(experiment, title, suffix), render(document, case.book, suffix, folder))
    about = report_to_json(document, case.book) | ({"wording": worded} if worded else {})
    objections = [one.to_json() for one in review_document(document, case.book, folder)]
    write_json(lab.report(experiment, title, ".json"), about | {"objections": objections})


def written(lab: Lab, plan: Plan, case: Case, target: str) -> Document:
    """What the writer makes of the case, before anyone words it anew."""
    analyses = read_analyses(lab, case.experiment_id, analysis_titles(plan.experiments[case.experiment_id].spec))
    return load_writer(target)(case, analyses, without_record(read_json(lab.integration(case.experiment_id))))


def draw_figures(case: Case, folder: Path) -> None:
    """Those of the report itself. The folder is there even where nothing can be drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    view = CaseView(case)
    if arm_values(view):
        draw_arms(view, folder)
