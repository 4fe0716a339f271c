"""Has texts worded by a language model where the settings of an experiment ask for one; else they stay code's own."""

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
    from rules.reporting.model_session import Wordsmith

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Wording:
    """Of one experiment. What is said with a model is recorded; without one there is no record."""

    smith: Wordsmith | None

    def analysis(self, analysis: Analysis, case: Case, target: str, title: str) -> tuple[Analysis, Json | None]:
        if self.smith is None:
            return analysis, None
        worded, record = self.smith.analysis(analysis, case, target, title)
        return worded, record.to_json()

    def document(self, document: Document, case: Case, target: str, title: str) -> tuple[Document, Case, Json | None]:
        """Also the case with what was derived for it."""
        if self.smith is None:
            return document, case, None
        worded = self.smith.document(document, case, target, title)
        return worded.document, worded.case(case), worded.record.to_json()


AS_IT_IS = Wording(None)


def wording(lab: Lab, plan: Plan, experiment: str) -> Wording:
    settings = parse_settings(plan.experiments[experiment].agents)
    if settings.kind == "offline":
        return AS_IT_IS
    from rules.reporting.model_session import wordsmith  # and with it all that a model needs

    return Wording(wordsmith(lab, experiment, settings))
