"""The section on the hypothesis, and on the test that was registered for it."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.facts.text_case import capitalized
from agents.writers.shared.arms_prose import MOST_IN_PROSE
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import required
from agents.writers.shared.standing_statement import registration_statement
from agents.writers.shared.template_text import fact, join_with_and, noun, spec
from agents.writers.shared.verdict_statement import claim_texts

_CLAIMS = {"research_question": "Question", "hypothesis": "Hypothesis", "rationale": "Rationale"}


def registration_section(view: CaseView) -> Section:
    standing = f"{registration_statement(view)} {_planned_runs(view)}".strip()
    blocks: tuple[Block, ...] = (*_claims(view), required(standing), *_test(view))
    return Section(id="registration", title="Hypothesis and registration", blocks=blocks)


def test_paragraph(view: CaseView) -> str:
    """Return a description of the test: comparison, method, thresholds, decision rule and minimum p.

    Method, rule and minimum p depend on the runs, so they are omitted if no contrast could be computed.
    """
    goal = "maximized" if view.value("test.goal") == "maximize" else "minimized"
    comparison = (
        f"{capitalized(view.test)} compares {fact('test.metric')}, which is to be {goal}, {_treatments(view)} with the "
        f"control, {fact('test.factor')} = {fact('test.control')}."
    )
    if not view.has_measured_contrasts:
        return f"{comparison} {_thresholds(view)}"
    method = f"Method: {fact('test.method')}."
    parts = (comparison, method, _thresholds(view), _decision_rule(view), _attainable_p(view))
    return " ".join(filter(None, parts))


def _treatments(view: CaseView) -> str:
    """Return the tested levels, or a phrase for all of them if they are many."""
    arms = dict.fromkeys(view.contrasts.values())
    levels = [fact(f"{arm}.level") for arm in arms if view.has(f"{arm}.level")]
    if not 0 < len(levels) <= MOST_IN_PROSE:
        return f"at every other level of {fact('test.factor')}"
    return f"at {fact('test.factor')} = {join_with_and(levels)}"


def _thresholds(view: CaseView) -> str:
    """Return alpha, that of this look, the minimum effect and the rule for failed runs."""
    look = ""
    if view.value("test.look_alpha") != view.value("test.alpha"):
        look = f", of which {fact('test.look_alpha')} is spent at this look"
    minimum = f" The minimum effect is {fact('test.minimum_effect')}." if view.value("test.minimum_effect") else ""
    blocks = _blocks(view)
    items = " The intervals cover seeds and test items." if "item" in str(view.value("test.generalize_to")) else ""
    failures = f" Failed runs are {fact('test.failure_rule')}." if view.has("test.failure_rule") else ""
    return f"Alpha is {fact('test.alpha')}, split over both directions{look}.{minimum}{blocks}{items}{failures}"


def _decision_rule(view: CaseView) -> str:
    """Return the conditions of a supported and of a refuted claim."""
    p = "adjusted p" if view.is_adjusted else "p"
    return (
        f"A claim is *supported* if the estimate is in the claimed range and the {p} of its bound is at most alpha in "
        "every test that the method names. It is *refuted* if its opposite passes the same tests."
    )


def _attainable_p(view: CaseView) -> str:
    if not view.has("test.floor"):
        return ""
    p = "adjusted p" if view.is_adjusted else "p"
    return f"The minimum {p} attainable with these runs is {fact('test.floor')}."


def _claims(view: CaseView) -> Iterator[Bullets]:
    items = [f"*{title}.* {spec(path)}" for path, title in _CLAIMS.items() if view.spec_has(path)]
    items += [f"*Claim that the test decides:* {claim}" for claim in claim_texts(view)]
    if items:
        yield Bullets(items=tuple(items), is_required=True)


def _planned_runs(view: CaseView) -> str:
    if not view.has("registration.planned_runs"):
        return ""
    runs = noun(view.count("registration.planned_runs"), "run")
    return f"It planned {fact('registration.planned_runs')} {runs}."


def _test(view: CaseView) -> Iterator[Paragraph]:
    if view.has_test and view.has("test.alpha"):
        yield required(test_paragraph(view))


def _blocks(view: CaseView) -> str:
    """Return the settings within which the arms are compared, and for folds what the test supposes."""
    if view.has("test.folds"):
        return (
            f" The arms are compared in pairs within each of {fact('test.folds')} folds. The training sets of the folds"
            " overlap, and the variance is corrected for it. This supposes that the metric is measured on the fold that"
            " the training leaves out."
        )
    return f" The arms are compared within the settings of {fact('test.block')}." if view.has("test.block") else ""
