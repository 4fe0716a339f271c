"""Compute the verdicts on the hypothesis, on each claim and on each contrast. They come from the test only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.extraction.evidence import Evidence
from agents.extraction.registered.contrast_ids import claim_id, contrast_id
from agents.extraction.registered.tested_arms import has_tested_arms
from agents.extraction.registered.verdict_facts import VerdictFacts
from agents.facts.fact import Fact
from agents.facts.verdict import EXPLORATORY, HYPOTHESIS, TestOutcome, Verdict
from agents.registered_test.comparison import Comparison
from agents.registered_test.wording.contrast_sentences import Statement, contrast_statement
from agents.registered_test.wording.sentences import claim_statement, hypothesis_statement

_NO_TEST = Statement(
    "no test was registered, so the runs do not decide on the hypothesis",
    "No test was registered before the first run, so the runs do not decide on the hypothesis.",
)


def verdicts_of(evidence: Evidence, facts: Mapping[str, Fact]) -> Iterator[Verdict]:
    """Yield the verdict on the hypothesis first. Without a registered test it is untestable.

    The verdicts on the claims, if there are several, and on the contrasts follow. The last one is that of the
    exploratory test over all runs, if the registered test rests on fewer.
    """
    results = evidence.results.content
    comparison = results.comparison
    if comparison is None:
        yield Verdict(HYPOTHESIS, "untestable", *_NO_TEST, subjects=("experiment",), facts=())
        return
    basis = VerdictFacts(comparison, facts, has_tested_arms=has_tested_arms(evidence))
    for verdict_id, outcome, statement, contrasts in _outcomes(comparison):
        words, sentence = _with_standing(evidence, outcome, statement)
        yield Verdict(verdict_id, outcome, words, sentence, *basis.of(contrasts), results.is_post_hoc)
    if results.exploratory is not None:
        yield _exploratory(results.exploratory, facts)


def _outcomes(comparison: Comparison) -> Iterator[tuple[str, TestOutcome, Statement, tuple[int, ...]]]:
    """Yield id, outcome, statement and the numbers of the contrasts of each verdict."""
    everything = tuple(range(len(comparison.contrasts)))
    yield HYPOTHESIS, comparison.verdict, hypothesis_statement(comparison), everything
    if len(comparison.test.claims) > 1:
        for claim, outcome in enumerate(comparison.claim_verdicts):
            of_claim = tuple(index for index in everything if comparison.contrasts[index].claim == claim)
            yield claim_id(claim), outcome, claim_statement(comparison, claim), of_claim
    for index, contrast in enumerate(comparison.contrasts):
        verdict_id = contrast_id(comparison.test, contrast)
        yield verdict_id, contrast.conclusion, contrast_statement(comparison, contrast), (index,)


def _with_standing(evidence: Evidence, outcome: TestOutcome, statement: Statement) -> Statement:
    """Return the statement of a confirmatory test, or the statement that the test is exploratory and why."""
    results = evidence.results.content
    if not results.is_post_hoc:
        return statement
    reason = results.registration.reason
    if outcome == "untestable":
        return Statement(statement.words, f"{statement.sentence} This test is not confirmatory: {reason}.")
    return statement.exploratory(reason)


def _exploratory(comparison: Comparison, facts: Mapping[str, Fact]) -> Verdict:
    """Return the outcome of the test over all runs, including those that were known at the registration."""
    statement = hypothesis_statement(comparison)
    levels = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    n = sum(arm.n + arm.failed for arm in comparison.arms if arm.level in levels)
    test = f"exploratory test over all {n} runs"
    if comparison.verdict == "untestable":
        words = f"an {test} has no result, because {statement.words}"
        sentence = f"An {test} has no result. {statement.sentence}"
    else:
        words = f"in an {test}, {statement.words}"
        sentence = (
            f"An {test} cannot confirm the claim, because it uses runs that no registration of this claim precedes. It "
            f"gives the following result. {statement.sentence}"
        )
    basis = VerdictFacts(comparison, facts, is_exploratory=True).of(tuple(range(len(comparison.contrasts))))
    return Verdict(EXPLORATORY, comparison.verdict, words, sentence, *basis, is_post_hoc=True)
