"""Reword documents and analyses with the language model that an experiment is configured to use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Document
from agents.language_model.open_channel import open_channel, privacy_for
from agents.language_model.privacy import cleaner
from agents.language_model.protocol import Channel
from agents.review.template_review import review
from agents.rewording.decisions import RewordedDocument, RewordingRecord
from agents.rewording.prompting.document_parts import max_part_length_for
from agents.rewording.prompting.prompts import Prompt, read_prompt
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.reword_analysis import reword_analysis
from agents.rewording.reword_document import reword_document
from agents.rewording.tools.figure_kinds import figure_kinds
from agents.rewording.tools.proposal_spec import proposal_writer
from agents.rewording.tools.session import ToolSession
from agents.rewording.tools.tool import Toolbox
from agents.rewording.tools.toolset import make_toolbox
from compiler.base.paths import Lab
from compiler.spec.agent_settings import Settings
from compiler.steps.prompt_files import ANALYSIS, DEFAULT_WRITER, prompt_files


@dataclass(frozen=True)
class ModelSession:
    """The language model of one experiment. Transcripts of its requests are stored with the analyses and reports."""

    lab: Lab
    experiment: str
    settings: Settings
    channel: Channel

    def reword_report(self, document: Document, case: Case, target: str, title: str) -> RewordedDocument:
        """Reword a report. `target` is the writer, whose module has the prompt beside it. `title` names the files."""
        transcript = self._new_transcript()
        reworded = reword_document(
            document,
            case,
            writer_prompt(target),
            self.channel,
            review,
            document_tools(self.lab, case),
            model=self._model,
            transcript=transcript,
            max_part_length=self._max_part_length,
        )
        transcript.write(self.lab.experiment(self.experiment), "reports", title)
        return reworded

    def reword_analysis(
        self, analysis: Analysis, case: Case, target: str, title: str
    ) -> tuple[Analysis, RewordingRecord]:
        """Return the reworded analysis and the decision on each text."""
        transcript = self._new_transcript()
        reworded, decisions = reword_analysis(
            analysis,
            case,
            analyst_prompt(target),
            self.channel,
            review,
            model=self._model,
            transcript=transcript,
            max_part_length=self._max_part_length,
        )
        transcript.write(self.lab.experiment(self.experiment), "analyses", title)
        return reworded, decisions

    def _new_transcript(self) -> Transcript:
        return Transcript(cleaner(privacy_for(self.settings, os.environ, self.lab.root)))

    @property
    def _model(self) -> str:
        return self.settings.model or ""

    @property
    def _max_part_length(self) -> int:
        return max_part_length_for(self.settings.max_tokens)


def open_session(lab: Lab, experiment: str, settings: Settings) -> ModelSession:
    """Open a channel to the model that the settings name."""
    channel = open_channel(
        settings,
        folder_for_cache=lab.state / "answers",
        ledger_file=lab.ledger(experiment),
        environ=os.environ,
        lab=lab.root,
    )
    assert channel is not None, "the settings name a model"
    return ModelSession(lab, experiment, settings, channel)


def document_tools(lab: Lab, case: Case) -> Toolbox:
    """Return the tools that the model can call while it rewords a report."""
    folder = lab.experiment(case.experiment_id)
    return make_toolbox(ToolSession(case, figure_kinds(case, folder), proposal_writer(case, folder)))


def writer_prompt(target: str) -> Prompt:
    return read_prompt(prompt_files(_module_file(target), DEFAULT_WRITER))


def analyst_prompt(target: str) -> Prompt:
    return read_prompt(prompt_files(_module_file(target), ANALYSIS))


def _module_file(target: str) -> Path:
    spec = find_spec(target.partition(":")[0])
    assert spec is not None, "the compiler has checked that the module exists"
    return Path(str(spec.origin))
