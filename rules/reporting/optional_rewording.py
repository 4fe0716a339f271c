"""Reword texts if the experiment is configured to use a language model. Otherwise keep the texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Document
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.spec.agent_settings import parse_settings

if TYPE_CHECKING:
    from rules.reporting.model_session import ModelSession

Json = Mapping[str, Any]


@dataclass(frozen=True)
class OptionalRewording:
    """Rewords the texts of one experiment. Without a session, texts are kept and there are no decisions to store."""

    session: ModelSession | None

    def reword_analysis(self, analysis: Analysis, case: Case, target: str, title: str) -> tuple[Analysis, Json | None]:
        """Return the analysis and the decisions on its texts."""
        if self.session is None:
            return analysis, None
        reworded, decisions = self.session.reword_analysis(analysis, case, target, title)
        return reworded, decisions.to_json()

    def reword_report(
        self, document: Document, case: Case, target: str, title: str
    ) -> tuple[Document, Case, Json | None]:
        """Return the document, the case with the facts that the model derived, and the decisions on the texts."""
        if self.session is None:
            return document, case, None
        reworded = self.session.reword_report(document, case, target, title)
        return reworded.document, reworded.case(case), reworded.record.to_json()


NO_REWORDING = OptionalRewording(None)


def optional_rewording(lab: Lab, plan: Plan, experiment: str) -> OptionalRewording:
    settings = parse_settings(plan.experiments[experiment].agents)
    if settings.kind == "offline":
        return NO_REWORDING
    from rules.reporting.model_session import open_session  # slow import, needed only with a language model

    return OptionalRewording(open_session(lab, experiment, settings))
