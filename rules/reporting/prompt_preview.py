"""What a language model would be sent for the documents of an experiment, after the privacy filter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.tasks import make_agenda
from agents.context.case import Case
from agents.documents.document import Document
from agents.language_model.answer_store.serialization import request_to_json
from agents.language_model.open_channel import privacy_for
from agents.language_model.protocol import Request
from agents.rewording.prompting.document_parts import max_part_length_for
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.request_preview import first_requests, format_requests
from agents.rewording.reword_analysis import case_with_analysis
from agents.rewording.tools.tool import Toolbox
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.spec.agent_entry_points import analysis_titles
from compiler.spec.agent_settings import parse_settings
from rules.reporting.load_case import read_case, read_known
from rules.reporting.model_session import analyst_prompt, document_tools, writer_prompt
from rules.reporting.run_analyst import analysed
from rules.reporting.write_report import written

Json = Mapping[str, Any]
Asked = tuple[str, Document, Case, Prompt, Toolbox | None]
Told = Mapping[str, tuple[Request, ...]]


@dataclass(frozen=True)
class Prompts:
    """By what is written and its title: the first request for each part; what comes later depends on the answers."""

    analyses: Told
    reports: Told

    def to_json(self) -> Json:
        return {
            group: {title: [request_to_json(one) for one in requests] for title, requests in told.items()}
            for group, told in (("analyses", self.analyses), ("reports", self.reports))
        }

    def __str__(self) -> str:
        told = (*self.analyses.items(), *self.reports.items())
        return "\n".join(format_requests(title, requests) for title, requests in told)


def prompts_of(lab: Lab, plan: Plan, experiment: str) -> Prompts:
    case, entry = read_case(lab, plan, experiment), plan.experiments[experiment]
    settings = parse_settings(entry.agents)
    privacy, largest = privacy_for(settings, os.environ, lab.root), max_part_length_for(settings.max_tokens)

    def told(asked: Iterable[Asked]) -> Told:
        return {
            title: first_requests(document, known, prompt, privacy, tools, largest)
            for title, document, known, prompt, tools in asked
        }

    return Prompts(told(_of_analyses(case, entry)), told(_of_reports(lab, plan, case, entry)))


def _of_analyses(case: Case, entry: PlannedExperiment) -> Iterator[Asked]:
    tasks = make_agenda(case, analysis_titles(entry.spec))
    for title in analysis_titles(entry.spec):
        one = entry.analyses[title]
        with TemporaryDirectory() as figures:
            analysis = analysed(case, tasks.task(title), one.target, Path(figures))
        yield title, analysis_document(analysis), case_with_analysis(analysis, case), analyst_prompt(one.target), None


def _of_reports(lab: Lab, plan: Plan, case: Case, entry: PlannedExperiment) -> Iterator[Asked]:
    known = replace(case, book=read_known(lab, plan, case))
    for title, one in entry.reports.items():
        document = written(lab, plan, known, one.target)
        yield title, document, known, writer_prompt(one.target), document_tools(lab, known)
