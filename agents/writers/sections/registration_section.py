"""The section on the hypothesis, and on the test that was registered for it."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.facts.text_case import capitalized
from agents.writers.shared.arms_prose import MOST_IN_PROSE
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import registration_statement, required
from agents.writers.shared.template_text import fact, join_with_and, noun, spec

_CLAIMS = {"research_question": "Question", "hypothesis": "Hypothesis", "rationale": "Rationale"}


def registration_section(view: CaseView) -> Section:
    blocks: tuple[Block, ...] = (*_claims(view), required(registration_statement(view)), *_test(view))
    return Section(id="registration", title="Hypothesis and registration", blocks=blocks)


def test_paragraph(view: CaseView) -> str:
    """Return a description of the test: comparison, method, thresholds, decision rule and minimum adjusted p."""
    goal = "maximized" if view.value("test.goal") == "maximize" else "minimized"
    comparison = (
        f"{capitalized(view.test)} compares {fact('test.metric')}, which is to be {goal}, {_treatments(view)} with the "
        f"control, {fact('test.factor')} = {fact('test.control')}."
    )
    method = f"It is a {fact('test.method')}."
    return f"{comparison} {method} {_thresholds(view)} {_decision_rule(view)}{_attainable_p(view)}"


def _treatments(view: CaseView) -> str:
    """Return the tested levels, or a phrase for all of them if they are many."""
    levels = [fact(f"{arm}.level") for arm in view.contrasts.values() if view.has(f"{arm}.level")]
    if not 0 < len(levels) <= MOST_IN_PROSE:
        return f"at every other level of {fact('test.factor')}"
    return f"at {fact('test.factor')} = {join_with_and(levels)}"


def _thresholds(view: CaseView) -> str:
    minimum = f" and the minimum effect is {fact('test.minimum_effect')}" if view.value("test.minimum_effect") else ""
    return f"Alpha is {fact('test.alpha')}{minimum}."


def _decision_rule(view: CaseView) -> str:
    """Return the condition for a supported verdict. A minimum effect is compared with the observed difference only."""
    p = "the adjusted p of any contrast" if len(view.contrasts) > 1 else "the p of the contrast"
    rule = (
        f"The verdict is *supported* if {p} is at most alpha and its observed difference has the direction of the goal"
    )
    if view.value("test.minimum_effect"):
        return f"{rule} and reaches the minimum effect; whether the true difference reaches it is not tested."
    return f"{rule}."


def _attainable_p(view: CaseView) -> str:
    if not view.has("test.floor"):
        return ""
    p = "adjusted p" if len(view.contrasts) > 1 else "p"
    sentence = f" The minimum {p} attainable with this number of runs is {fact('test.floor')}"
    return f"{sentence}, so the test cannot decide." if view.conclusion == "untestable" else f"{sentence}."


def _claims(view: CaseView) -> Iterator[Bullets]:
    items = tuple(f"*{title}.* {spec(path)}" for path, title in _CLAIMS.items() if view.spec_has(path))
    if items:
        yield Bullets(items=items, is_required=True)


def _test(view: CaseView) -> Iterator[Paragraph]:
    if view.has("registration.planned_runs"):
        runs = f"{fact('registration.planned_runs')} planned {noun(view.count('registration.planned_runs'), 'run')}"
        date = f" on {fact('registration.registered_at')}" if view.has("registration.registered_at") else ""
        yield Paragraph(text=f"The registration was written{date}, with {runs}.")
    if view.has_test and view.has("test.alpha"):
        yield required(test_paragraph(view))
