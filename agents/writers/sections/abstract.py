"""The abstract of a paper: question, design, registration, results, verdict and scope."""

from __future__ import annotations

from agents.facts.verdict import HYPOTHESIS
from agents.writers.shared.arms_prose import means_sentence
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import failure_statement
from agents.writers.shared.standing_statement import registration_statement
from agents.writers.shared.template_text import fact, noun, spec, verdict
from agents.writers.shared.verdict_statement import NO_TEST, verdict_opening


def abstract(view: CaseView) -> str:
    failures = failure_statement(view) if view.count("experiment.runs.failed") else ""
    sentences = (
        spec("research_question") if view.spec_has("research_question") else "",
        _design(view),
        registration_statement(view, has_reason=False),
        failures,
        means_sentence(view),
        _verdict(view),
        _scope(view),
    )
    return " ".join(filter(None, sentences))


def _design(view: CaseView) -> str:
    """Return a sentence such as `We trained 15 runs, 5 at each of 3 settings of model.lr.`

    The number of runs per setting is omitted if it differs between settings or if a run failed.
    """
    sizes = {view.count(f"{arm}.n") for arm in view.arms}
    runs = f"{fact('experiment.runs')} {noun(view.count('experiment.runs'), 'run')}"
    settings = f"{fact('experiment.arms')} {noun(view.count('experiment.arms'), 'setting')}"
    factor = f" of {fact('test.factor')}" if view.has("test.factor") else ""
    if len(sizes) == 1 and len(view.arms) > 1 and not view.count("experiment.runs.failed"):
        return f"We trained {runs}, {fact(f'{view.arms[0]}.n')} at each of {settings}{factor}."
    return f"We trained {runs} in {settings}{factor}."


def _verdict(view: CaseView) -> str:
    if not view.has_test:
        return f"{NO_TEST} The results are descriptive."
    return f"{verdict(f'{HYPOTHESIS}.sentence')} {verdict_opening(view)}."


def _scope(view: CaseView) -> str:
    if not view.shared_conditions:
        return "The results apply to the settings that were tested."
    return f"All runs use {view.shared_conditions}, so we make no claim about others."
