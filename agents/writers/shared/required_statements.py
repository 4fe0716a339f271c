"""Statements that every report must contain, even if it is reworded: registration, failed runs and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.deliverables_statement import deliverables_statement
from agents.writers.shared.standing_statement import registration_statement
from agents.writers.shared.template_text import fact, noun
from agents.writers.shared.verdict_statement import verdict_statement


def required(text: str) -> Paragraph:
    """Return a paragraph that no rewording may replace."""
    return Paragraph(text=text, is_required=True)


def summary_paragraphs(view: CaseView) -> tuple[Paragraph, ...]:
    statements = (registration_statement(view), failure_statement(view), deliverables_statement(view))
    return required(verdict_statement(view, is_brief=True)), required(" ".join(filter(None, statements)))


def failure_statement(view: CaseView) -> str:
    runs, failed = view.count("experiment.runs"), view.count("experiment.runs.failed")
    if failed:
        statement = (
            f"Of {fact('experiment.runs')} {noun(runs, 'run')}, {fact('experiment.runs.failed')} failed. Failed runs "
            f"are excluded from the means of the arms.{_in_the_test(view)}"
        )
    elif runs == 1:
        statement = "The only run of this experiment completed."
    else:
        statement = f"All {fact('experiment.runs')} runs completed."
    return " ".join((statement, *_unusable_runs(view)))


def _in_the_test(view: CaseView) -> str:
    rule = "test.failure_rule"
    return f" In the test, failed runs are {fact(rule)}." if view.has_test and view.has(rule) else ""


def _unusable_runs(view: CaseView) -> Iterator[str]:
    """Yield a sentence for each arm with runs that gave no finite value, because they failed or diverged."""
    for arm in view.arms:
        if unusable := view.count(f"{arm}.failed"):
            runs = noun(unusable, "run")
            yield f"With {view.setting(arm)}, {fact(f'{arm}.failed')} {runs} gave no usable value."
