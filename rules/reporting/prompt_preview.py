"""Show the requests that a language model would get for the documents of an experiment, after the privacy filter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from rules.reporting.load_case import read_case, read_writers_case
from rules.reporting.model_session import analyst_prompt, document_tools, writer_prompt
from rules.reporting.run_analyst import run_analyst
from rules.reporting.write_report import run_writer

Requests = Mapping[str, tuple[Request, ...]]  # by title of the document


@dataclass(frozen=True)
class _Draft:
    """A deterministic document that the model would be asked to reword."""

    title: str
    document: Document
    case: Case
    prompt: Prompt
    tools: Toolbox | None = None


@dataclass(frozen=True)
class PromptPreview:
    """The first request for each part of a document. Later requests depend on the answers."""

    analyses: Requests
    reports: Requests

    def to_json(self) -> Mapping[str, Any]:
        groups = {"analyses": self.analyses, "reports": self.reports}
        return {
            group: {title: [request_to_json(request) for request in requests] for title, requests in documents.items()}
            for group, documents in groups.items()
        }

    def __str__(self) -> str:
        documents = (*self.analyses.items(), *self.reports.items())
        return "\n".join(format_requests(title, requests) for title, requests in documents)


def preview_prompts(lab: Lab, plan: Plan, experiment: str) -> PromptPreview:
    planned = plan.experiments[experiment]
    settings = parse_settings(planned.agents)
    privacy = privacy_for(settings, os.environ, lab.root)
    max_length = max_part_length_for(settings.max_tokens)

    def requests(drafts: Iterable[_Draft]) -> Requests:
        return {
            draft.title: first_requests(draft.document, draft.case, draft.prompt, privacy, draft.tools, max_length)
            for draft in drafts
        }

    analyses = requests(_draft_analyses(read_case(lab, plan, experiment), planned))
    return PromptPreview(analyses, requests(_draft_reports(lab, plan, planned)))


def _draft_analyses(case: Case, planned: PlannedExperiment) -> Iterator[_Draft]:
    titles = analysis_titles(planned.spec)
    agenda = make_agenda(case, titles)
    for title in titles:
        target = planned.analyses[title].target
        with TemporaryDirectory() as figures:
            analysis = run_analyst(case, agenda.task(title), target, Path(figures))
        yield _Draft(title, analysis_document(analysis), case_with_analysis(analysis, case), analyst_prompt(target))


def _draft_reports(lab: Lab, plan: Plan, planned: PlannedExperiment) -> Iterator[_Draft]:
    case = read_writers_case(lab, plan, planned.id)
    for title, report in planned.reports.items():
        document = run_writer(lab, plan, case, report.target)
        yield _Draft(title, document, case, writer_prompt(report.target), document_tools(lab, case))
