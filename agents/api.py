"""Names for the analysts and writers of labs. Import them from here, because the modules that define them may move."""

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.analysis.tasks import Task
from agents.analysts.shared.arm_runs import ArmRuns, arm_runs
from agents.analysts.shared.derived_facts import constant_fact, derived_fact, difference, mean_fact, series_fact
from agents.context.case import Case
from agents.documents.document import Bullets, Document, Figure, Paragraph, Quote, Section, Table, Verbatim
from agents.facts.fact import Fact, Source
from agents.facts.series import Series
from agents.facts.verdict import Verdict
from agents.figures.style import drawing
from agents.writers.sections.limitations import limitations_section
from agents.writers.sections.method import method_section
from agents.writers.sections.results_section import results_section
from agents.writers.shared.case_view import CaseView

__all__ = (
    "Analysis",
    "ArmRuns",
    "Bullets",
    "Case",
    "CaseView",
    "Document",
    "Fact",
    "Figure",
    "Finding",
    "NotEstimated",
    "Paragraph",
    "Proposal",
    "Quote",
    "Recommendation",
    "Section",
    "Series",
    "Source",
    "Table",
    "Task",
    "Verbatim",
    "Verdict",
    "arm_runs",
    "constant_fact",
    "derived_fact",
    "difference",
    "drawing",
    "limitations_section",
    "mean_fact",
    "method_section",
    "results_section",
    "series_fact",
)
