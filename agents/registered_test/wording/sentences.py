"""Express the outcomes of the registered test in words. Only these sentences compare arms.

A clause states no more than its outcome. An inconclusive claim is described as neither established nor excluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.facts.text_case import capitalized
from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import RegisteredClaim
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.wording.claim_words import affirmed, claimed_setting, opposite, with_level
from agents.registered_test.wording.contrast_sentences import (
    UNDECIDED,
    Statement,
    contrast_statement,
    not_tested,
    was_not_tested,
)
from agents.registered_test.wording.failure_words import failed_runs
from agents.registered_test.wording.reported_numbers import contrast_numbers, tests_disagree
from agents.registered_test.wording.untestable_words import untestable_statement


def hypothesis_statement(comparison: Comparison) -> Statement:
    """Return the verdict on the hypothesis, from all claims. Failed runs are always reported."""
    claims = comparison.test.claims
    statement = claim_statement(comparison, 0) if len(claims) == 1 else _all_claims(comparison)
    failed = failed_runs(comparison)
    return Statement(statement.words, f"{statement.sentence} {failed}" if failed else statement.sentence)


def claim_statement(comparison: Comparison, number: int) -> Statement:
    """Return the verdict on one claim, by its position in the test."""
    claim, verdict = comparison.test.claims[number], comparison.claim_verdicts[number]
    contrasts = comparison.contrasts_of(number)
    if verdict == "untestable":
        return Statement(*untestable_statement(comparison, contrasts))
    if was_not_tested(comparison, number):
        return not_tested(comparison, number)
    if len(contrasts) == 1:
        return contrast_statement(comparison, contrasts[0])
    return _any_level(comparison, claim, verdict, contrasts)


def claim_name(comparison: Comparison, number: int) -> str:
    """Return type and metric of a claim, by which a table names it."""
    claim = comparison.test.claims[number]
    return f"{claim.type} claim on {claim.metric}"


def claim_text(comparison: Comparison, number: int) -> str:
    """Return the claim as the compiler words it."""
    test, claim = comparison.test, comparison.test.claims[number]
    return claim.text or affirmed(test, claim, claimed_setting(test, claim))


def _any_level(
    comparison: Comparison, claim: RegisteredClaim, verdict: TestOutcome, contrasts: Sequence[Contrast]
) -> Statement:
    """Return the verdict on the claim that some level is superior, with the numbers of every contrast."""
    test = comparison.test
    claimed = affirmed(test, claim, claimed_setting(test, claim))
    words = {
        "supported": claimed,
        "refuted": opposite(test, claim, f"at every other tested level of {test.factor}"),
        "inconclusive": f"{UNDECIDED} {claimed}",
    }[verdict]
    return Statement(words, " ".join([f"{capitalized(words)}.", *_of_each_level(comparison, contrasts)]))


def _of_each_level(comparison: Comparison, contrasts: Sequence[Contrast]) -> Iterator[str]:
    """Yield the outcome and the numbers of each contrast, the most favourable one first."""
    for contrast in sorted(contrasts, key=_improvement, reverse=True):
        setting = capitalized(with_level(comparison.test, contrast.treatment))
        if contrast.conclusion == "untestable":
            yield f"{setting}: untestable{f' ({contrast.reason})' if contrast.reason else ''}."
        else:
            numbers, disagreement = contrast_numbers(comparison, contrast), tests_disagree(comparison, contrast)
            yield f"{setting}: {contrast.conclusion} ({numbers}).{disagreement}"


def _all_claims(comparison: Comparison) -> Statement:
    """Return the verdict that follows from the primary claims, and a sentence for each claim."""
    deciding = [
        claim_statement(comparison, number).words
        for number, claim in enumerate(comparison.test.claims)
        if claim.primary and comparison.claim_verdicts[number] == comparison.verdict
    ]
    all_or_some = "every primary claim is" if comparison.verdict == "supported" else "the primary claims include"
    kind = "supported" if comparison.verdict == "supported" else f"{_article(comparison.verdict)} one"
    words = f"{all_or_some} {kind}: {'; '.join(dict.fromkeys(deciding))}"
    sentences = (_numbered_claim(comparison, number) for number in range(len(comparison.test.claims)))
    return Statement(words, " ".join([f"{capitalized(all_or_some)} {kind}.", *sentences, _family(comparison)]).strip())


def _numbered_claim(comparison: Comparison, number: int) -> str:
    claim, verdict = comparison.test.claims[number], comparison.claim_verdicts[number]
    rank = "primary" if claim.primary else "secondary"
    outcome = "not tested" if was_not_tested(comparison, number) else verdict
    sentence = claim_statement(comparison, number).sentence
    return f"Claim {number + 1} ({claim.type}, {rank}) is {outcome}: {sentence}"


def _family(comparison: Comparison) -> str:
    if comparison.test.order == "fixed":
        return "The claims are tested in the registered order, up to the first that is not supported."
    return f"Holm's adjustment covers all {comparison.family_size} contrasts of the claims."


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _improvement(contrast: Contrast) -> float:
    return float("-inf") if contrast.improvement is None else contrast.improvement
