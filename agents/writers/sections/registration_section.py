"""Hypothesis and registration: what was promised before the runs."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.shared.case_view import CaseView, capitalized, fact, join_with_and, noun, spec
from agents.writers.shared.required_statements import registration_statement, required

_FEW = 6  # levels that a sentence can list


def registration_section(evidence: CaseView) -> Section:
    blocks: tuple[Block, ...] = (*_claims(evidence), required(registration_statement(evidence)), *_test(evidence))
    return Section(id="registration", title="Hypothesis and registration", blocks=blocks)


def test_paragraph(evidence: CaseView) -> str:
    """The registered test in words."""
    goal = "maximized" if evidence.value("test.goal") == "maximize" else "minimized"
    size = f"An effect counts from {fact('test.minimum_effect')} on; " if evidence.value("test.minimum_effect") else ""
    alpha = f"{'alpha' if size else 'Alpha'} is {fact('test.alpha')}"
    return (
        f"{capitalized(evidence.test)} asks of {fact('test.metric')}, which is to be {goal}, whether it differs in "
        f"that direction between {_compared(evidence)} and the control {fact('test.control')}. It is a "
        f"{fact('test.method')}. {size}{alpha}. {_rule(evidence)}{_floor(evidence)}"
    )


def _rule(evidence: CaseView) -> str:
    """When a test says what it says: of a minimum, only that what was observed reaches it."""
    several = len(evidence.contrasts) > 1
    any_of = "the adjusted p of any contrast" if several else "the p of the contrast"
    reaches = " and reaches that size" if evidence.value("test.minimum_effect") else ""
    untested = "; that the true difference reaches it is not tested" if reaches else ""
    return (
        f"The verdict is *supported* when {any_of} lies within alpha and its observed difference has the direction "
        f"of the goal{reaches}{untested}."
    )


def _compared(evidence: CaseView) -> str:
    """The levels of the family while they are few."""
    levels = [fact(f"{arm}.level") for arm in evidence.contrasts.values() if evidence.has(f"{arm}.level")]
    if not 0 < len(levels) <= _FEW:
        return f"every other level of {fact('test.factor')}"
    return f"{fact('test.factor')} = {join_with_and(levels)}"


def _floor(evidence: CaseView) -> str:
    if not evidence.has("test.floor"):
        return ""
    told = f" With so many runs the adjusted p has a floor, {fact('test.floor')}"
    return f"{told}, so the test cannot decide." if evidence.conclusion == "untestable" else f"{told}."


def _claims(evidence: CaseView) -> Iterator[Bullets]:
    told = {
        "research_question": "*Question.*",
        "hypothesis": "*Hypothesis.*",
        "rationale": "*Why it was asked.*",
    }
    items = tuple(f"{name} {spec(path)}" for path, name in told.items() if evidence.told(path))
    if items:
        yield Bullets(items=items, is_required=True)


def _test(evidence: CaseView) -> Iterator[Paragraph]:
    if evidence.has("registration.planned_runs"):
        runs = evidence.count("registration.planned_runs")
        when = f" on {fact('registration.registered_at')}" if evidence.has("registration.registered_at") else ""
        yield Paragraph(text=f"Registered{when} with {fact('registration.planned_runs')} planned {noun(runs, 'run')}.")
    if evidence.has_test and evidence.has("test.alpha"):
        yield required(test_paragraph(evidence))
