"""Render documents again that a language model reworded.

A model would answer with other words, so its texts cannot be computed again. They are taken from the stored JSON file,
and everything else is: the numbers in the texts come from the facts, and the formats from the texts.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import merged_book
from agents.documents.report_json import collect_report, report_from_json
from agents.rendering.formats import render_all
from agents.review.template_review import review_document
from agents.review.text.objection import objections_json
from compiler.base.json_files import read_json, write_bytes, write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from rules.reporting.analysis_files import without_rewording, write_with_markdown
from rules.reporting.load_case import read_case, read_writers_case


def render_again(lab: Lab, scratch: Lab, plan: Plan, experiment: str, job: str, title: str) -> None:
    """Write an analysis or a report in the temporary lab, with the texts of the stored one.

    Raises:
        Exception: The stored document is damaged, or the analysis is missing. A missing report can be a draft.
    """
    file = lab.analysis(experiment, title) if job == "analysis" else lab.report(experiment, title, ".json")
    if job == "report" and not file.exists():
        return
    _copy_figures(file, lab, scratch)
    render_job = _render_analysis if job == "analysis" else _render_report
    render_job(file, scratch, plan, experiment, title)


def _render_analysis(file: Path, scratch: Lab, plan: Plan, experiment: str, title: str) -> None:
    content = read_json(file)
    analysis = Analysis.model_validate(without_rewording(content))
    book = merged_book(read_case(scratch, plan, experiment), [analysis])
    target = scratch.analysis(experiment, title)
    write_with_markdown(target, analysis, analysis_document(analysis), book, content.get("wording"))


def _render_report(file: Path, scratch: Lab, plan: Plan, experiment: str, title: str) -> None:
    content, folder = read_json(file), scratch.experiment(experiment)
    stored, case = report_from_json(content), read_writers_case(scratch, plan, experiment)
    facts = {**stored.facts, **case.book.facts}  # the model may have derived facts of its own
    book = replace(case.book, facts=facts)
    for suffix, rendered in render_all(stored.document, book, folder).items():
        write_bytes(scratch.report(experiment, title, suffix), rendered)
    decisions = {"wording": content["wording"]} if "wording" in content else {}
    objections = objections_json(review_document(stored.document, book, folder))
    collected = collect_report(stored.document, book).to_json()
    write_json(scratch.report(experiment, title, ".json"), collected | decisions | {"objections": objections})


def _copy_figures(file: Path, lab: Lab, scratch: Lab) -> None:
    """Copy the figures beside a document. They are not drawn again, so they are compared with themselves."""
    source = file.parent / "figures" / file.stem
    target = scratch.root / source.relative_to(lab.root)
    if source.is_dir() and not target.exists():
        shutil.copytree(source, target)
