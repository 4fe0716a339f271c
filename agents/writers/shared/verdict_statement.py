"""State the claim that the test decides, and the verdict on it."""

from __future__ import annotations

from agents.facts.verdict import EXPLORATORY, HYPOTHESIS
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, noun, verdict

NO_TEST = "No test was registered, so the hypothesis has no verdict."
_SOME_SUPPORTED = "This verdict covers the comparisons that are supported and no others."
_AS_STATED = "This verdict covers the claim as stated; other claims were not tested."
_MEANINGS = {
    "supported": _AS_STATED,
    "refuted": _AS_STATED,
    "inconclusive": "The claim is not established. This is not evidence of equality between the settings.",
    "untestable": "Whether the claim holds is open; the values are reported without a conclusion.",
}
_NEW_RUNS = "The claim can be tested with new runs."


def verdict_statement(view: CaseView, *, is_brief: bool = False) -> str:
    """Return the claim that the test decides, its verdict and its scope. `is_brief`: without the numbers of the test.

    The result of the exploratory test over all runs follows if the registered test rests on fewer.
    """
    if not view.has_test:
        return f"{NO_TEST} The results describe the runs and are no basis for claims about the settings."
    result = _words(view) if is_brief else f". {verdict(f'{HYPOTHESIS}.sentence')}"
    sentences = [claims_statement(view), f"{verdict_opening(view)}{result}", _meaning(view)]
    if EXPLORATORY in view.case.book.verdicts:
        words, sentence = verdict(EXPLORATORY), verdict(f"{EXPLORATORY}.sentence")
        sentences.append(f"In addition, {words}." if is_brief else sentence)
    return " ".join(filter(None, sentences))


def verdict_opening(view: CaseView) -> str:
    """Return `The verdict on the registered claim is *supported*`, without a full stop."""
    registered = "registered " if view.is_registered else ""
    claims = noun(view.count("test.claims"), "claim", "claims")
    return f"The verdict on the {registered}{claims} is *{verdict(f'{HYPOTHESIS}.conclusion')}*"


def claims_statement(view: CaseView) -> str:
    """Return the claims as code renders them. The hypothesis of the author may say something else."""
    claims = claim_texts(view)
    if not claims:
        return ""
    return f"The test decides this claim: {claims[0]}." if len(claims) == 1 else _listed(claims)


def claim_texts(view: CaseView) -> tuple[str, ...]:
    """Return the placeholder of each claim."""
    return tuple(fact(f"test.claim[{number}]") for number in range(1, view.count("test.claims") + 1))


def _listed(claims: tuple[str, ...]) -> str:
    return f"The test decides these claims: {'; '.join(claims)}."


def _words(view: CaseView) -> str:
    """Return the words of the verdict. Those of a supported claim are the claim, which was stated before."""
    return "." if view.is_registered and view.conclusion == "supported" else f": {verdict(HYPOTHESIS)}."


def _meaning(view: CaseView) -> str:
    """Return the scope of the verdict. For an exploratory test, its sentence states that it does not confirm."""
    meaning = _MEANINGS.get(view.conclusion, "The claim is not established.")
    if view.conclusion == "supported" and len(view.contrasts) > 1:
        meaning = _SOME_SUPPORTED
    if view.is_registered or view.conclusion in ("inconclusive", "untestable"):
        return meaning
    return f"{meaning} {_NEW_RUNS}"
