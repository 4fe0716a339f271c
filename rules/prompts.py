"""What a language model would be sent for the documents of an experiment, after the privacy filter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.analysis_document import analysis_document
from agents.case import Case
from agents.coordinator import agenda
from agents.documents.document import Document
from agents.language_model.channel import Request
from agents.language_model.opening import privacy_for
from agents.language_model.replies import request_json
from agents.wording.analyses import known_to
from agents.wording.briefing import largest_part
from agents.wording.prompts import Prompt
from agents.wording.prompts_shown import first_requests, prompts_shown
from agents.wording.tools.toolbox import Toolbox
from compiler.agent_settings import parse_settings
from compiler.paths import Lab
from compiler.written import pipeline
from rules.case import read_case, read_known
from rules.jobs.analysis import analysed
from rules.jobs.report import written
from rules.wordsmith import analyst_prompt, document_tools, writer_prompt

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
            group: {title: [request_json(one) for one in requests] for title, requests in told.items()}
            for group, told in (("analyses", self.analyses), ("reports", self.reports))
        }

    def __str__(self) -> str:
        told = (*self.analyses.items(), *self.reports.items())
        return "\n".join(prompts_shown(title, requests) for title, requests in told)


def prompts_of(lab: Lab, plan: Json, experiment: str) -> Prompts:
    case, entry = read_case(lab, plan, experiment), plan["experiments"][experiment]
    settings = parse_settings(entry["agents"])
    privacy, largest = privacy_for(settings, os.environ, lab.root), largest_part(settings.max_tokens)

    def told(asked: Iterable[Asked]) -> Told:
        return {
            title: first_requests(document, known, prompt, privacy, tools, largest)
            for title, document, known, prompt, tools in asked
        }

    return Prompts(told(_of_analyses(case, entry)), told(_of_reports(lab, plan, case, entry)))


def _of_analyses(case: Case, entry: Json) -> Iterator[Asked]:
    tasks = agenda(case, pipeline(entry))
    for title in pipeline(entry):
        one = entry["analyses"][title]
        with TemporaryDirectory() as figures:
            analysis = analysed(case, tasks.task(title), one["target"], Path(figures))
        yield title, analysis_document(analysis), known_to(analysis, case), analyst_prompt(one["target"]), None


def _of_reports(lab: Lab, plan: Json, case: Case, entry: Json) -> Iterator[Asked]:
    known = replace(case, book=read_known(lab, plan, case))
    for title, one in entry["reports"].items():
        document = written(lab, plan, known, one["target"])
        yield title, document, known, writer_prompt(one["target"]), document_tools(lab, known)
