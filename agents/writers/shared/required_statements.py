"""Statements that every report must contain, even if it is reworded: registration, failed runs and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Paragraph
from agents.writers.shared.case_view import HYPOTHESIS, CaseView
from agents.writers.shared.deliverables_statement import deliverables_statement
from agents.writers.shared.template_text import fact, noun, verdict

NO_TEST = "No test was registered, so the hypothesis has no verdict."
_MEANINGS = {
    "supported": "This verdict covers the comparisons that are supported and no others.",
    "refuted": "This verdict covers the claim as stated; other claims were not tested.",
    "inconclusive": "The claim is not established. This is not evidence of equality between the settings.",
    "untestable": "Whether the claim holds is open; the values are reported without a conclusion.",
}


def required(text: str) -> Paragraph:
    """Return a paragraph that no rewording may replace."""
    return Paragraph(text=text, is_required=True)


def summary_paragraphs(view: CaseView) -> tuple[Paragraph, ...]:
    statements = (registration_statement(view), failure_statement(view), deliverables_statement(view))
    return required(verdict_statement(view, is_brief=True)), required(" ".join(filter(None, statements)))


def verdict_statement(view: CaseView, *, is_brief: bool = False) -> str:
    """Return the verdict on the hypothesis and its scope. `is_brief`: without the numbers of the test."""
    if not view.has_test:
        return f"{NO_TEST} The results describe the runs and are no basis for claims about the settings."
    meaning = _MEANINGS.get(view.conclusion, "The claim is not established.")
    if is_brief:
        return f"{verdict_opening(view)}: {verdict(HYPOTHESIS)}. {meaning}"
    return f"{verdict_opening(view)}. {verdict(f'{HYPOTHESIS}.sentence')} {meaning}"


def verdict_opening(view: CaseView) -> str:
    """Return `The verdict on the registered hypothesis is *supported*`, without a full stop."""
    registered = "registered " if view.is_registered else ""
    return f"The verdict on the {registered}hypothesis is *{verdict(f'{HYPOTHESIS}.conclusion')}*"


def registration_statement(view: CaseView) -> str:
    if view.case.registration is None:
        chosen = "Hypothesis and test" if view.has_test else "The hypothesis"
        return (
            f"No registration was written before the runs. {chosen} may have been chosen after values were known, so "
            "all results are exploratory (post hoc)."
        )
    revisions = view.count("registration.revisions")
    changes = f"{fact('registration.revisions')} {noun(revisions, 'change')}"
    if view.value("registration.post_hoc"):
        return (
            f"The registration was changed after runs had finished; it records {changes}. The verdict is therefore "
            "exploratory (post hoc), because it was not fixed before values were known."
        )
    if revisions:
        return f"The registration was changed before any run had finished; it records {changes}."
    items = "Hypothesis, metric, test and number of runs" if view.has_test else "Hypothesis and number of runs"
    return f"{items} were registered before the first run and were not changed."


def failure_statement(view: CaseView) -> str:
    runs, failed = view.count("experiment.runs"), view.count("experiment.runs.failed")
    if failed:
        statement = (
            f"Of {fact('experiment.runs')} {noun(runs, 'run')}, {fact('experiment.runs.failed')} failed. Failed runs "
            "are excluded from all means and tests, and no values were imputed."
        )
    elif runs == 1:
        statement = "The only run of this experiment completed."
    else:
        statement = f"All {fact('experiment.runs')} runs completed."
    return " ".join((statement, *_unusable_runs(view)))


def _unusable_runs(view: CaseView) -> Iterator[str]:
    """Yield a sentence for each arm with runs that gave no finite value, because they failed or diverged."""
    for arm in view.arms:
        if unusable := view.count(f"{arm}.failed"):
            runs = noun(unusable, "run")
            yield f"With {view.setting(arm)}, {fact(f'{arm}.failed')} {runs} gave no usable value."
