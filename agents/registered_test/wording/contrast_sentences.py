"""Express the outcome of one contrast in words. A clause states no more than its outcome."""

from __future__ import annotations

from typing import NamedTuple

from agents.facts.text_case import capitalized
from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import RegisteredClaim
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.wording.claim_words import affirmed, claimed_setting, control_setting, opposite, with_level
from agents.registered_test.wording.reported_numbers import contrast_numbers, tests_disagree, values_of_contrast

_NOT_TESTED = "it was not tested, because an earlier claim in the registered order is not supported"
UNDECIDED = "the runs neither establish nor exclude that"


class Statement(NamedTuple):
    """A clause that fits into a sentence, and a complete sentence with numbers."""

    words: str
    sentence: str

    def exploratory(self, reason: str) -> Statement:
        """Return the statement for a test that is not confirmatory. `reason` is a clause."""
        sentence = f"{self.sentence} This test is exploratory and cannot confirm the claim: {reason}."
        return Statement(f"in an exploratory test, {self.words}", sentence)


def contrast_statement(comparison: Comparison, contrast: Contrast) -> Statement:
    """Return the outcome of one contrast."""
    test = comparison.test
    if contrast.conclusion == "untestable":
        words = f"these runs do not allow a comparison of runs {with_level(test, contrast.treatment)} with"
        words = f"{words} {control_setting(test)}"
        reason = f", because {contrast.reason}" if contrast.reason else ""
        sentence = f"{capitalized(words)}{reason}. {values_of_contrast(comparison, contrast)}".strip()
        return Statement(words, sentence)
    if was_not_tested(comparison, contrast.claim):
        return not_tested(comparison, contrast.claim)
    words = _outcome_words(comparison, contrast.conclusion, test.claims[contrast.claim], contrast)
    numbers, disagreement = contrast_numbers(comparison, contrast), tests_disagree(comparison, contrast)
    return Statement(words, f"{capitalized(words)} ({numbers}).{disagreement}")


def was_not_tested(comparison: Comparison, number: int) -> bool:
    """Return whether a claim comes after one that is not supported, in a fixed order."""
    is_fixed = comparison.test.order == "fixed" and comparison.claim_verdicts[number] == "inconclusive"
    return is_fixed and any(verdict != "supported" for verdict in comparison.claim_verdicts[:number])


def not_tested(comparison: Comparison, number: int) -> Statement:
    """Return the statement of a claim that the registered order excludes from the test."""
    claim = comparison.test.claims[number]
    words = f"{UNDECIDED} {affirmed(comparison.test, claim, claimed_setting(comparison.test, claim))}"
    return Statement(words, f"{capitalized(words)}; {_NOT_TESTED}.")


def _outcome_words(comparison: Comparison, outcome: TestOutcome, claim: RegisteredClaim, contrast: Contrast) -> str:
    test, setting = comparison.test, with_level(comparison.test, contrast.treatment)
    if outcome == "supported":
        return affirmed(test, claim, setting)
    return opposite(test, claim, setting) if outcome == "refuted" else f"{UNDECIDED} {affirmed(test, claim, setting)}"
