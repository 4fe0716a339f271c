"""Compute the verdicts on the hypothesis and on each contrast. They come from the registered test only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.extraction.evidence import Evidence
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, contrast_subject
from agents.facts.verdict import TestOutcome, Verdict
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.sentences import Statement, contrast_statement, hypothesis_statement

HYPOTHESIS = "hypothesis"
_TEST_FACTS = ("alpha", "minimum_effect", "family_size", "floor", "required_n")
_CONTRAST_FACTS = (
    "difference",
    "improvement",
    "low",
    "high",
    "confidence",
    "p",
    "p_adjusted",
    "n_treatment",
    "n_control",
)
_NO_TEST = Statement(
    "no test was registered, so the runs do not decide on the hypothesis",
    "No test was registered before the first run, so the runs do not decide on the hypothesis.",
)


def verdicts_of(evidence: Evidence, facts: Mapping[str, Fact]) -> Iterator[Verdict]:
    """Yield the verdict on the hypothesis first. Without a registered test it is untestable."""
    comparison = evidence.comparison
    if comparison is None:
        yield Verdict(HYPOTHESIS, "untestable", *_NO_TEST, subjects=("experiment",), facts=())
        return
    verdicts = _Verdicts(comparison, facts, evidence.results.content.is_post_hoc)
    contrasts = comparison.contrasts
    yield verdicts.verdict(HYPOTHESIS, comparison.verdict, hypothesis_statement(comparison), contrasts)
    for contrast in contrasts:
        statement = contrast_statement(comparison, contrast)
        yield verdicts.verdict(verdicts.subject(contrast), contrast.conclusion, statement, [contrast])


@dataclass(frozen=True)
class _Verdicts:
    """A comparison, and the facts that its verdicts are based on."""

    comparison: Comparison
    facts: Mapping[str, Fact]
    is_post_hoc: bool

    def subject(self, contrast: Contrast) -> str:
        test = self.comparison.test
        return str(contrast_subject(test.factor, contrast.treatment, test.control))

    def verdict(
        self, verdict_id: str, outcome: TestOutcome, statement: Statement, contrasts: Sequence[Contrast]
    ) -> Verdict:
        used = self._used_facts(contrasts)
        subjects = tuple(dict.fromkeys(self.facts[fact_id].subject for fact_id in used))
        words, sentence = statement.post_hoc() if self.is_post_hoc else statement
        return Verdict(verdict_id, outcome, words, sentence, subjects, used, self.is_post_hoc)

    def _used_facts(self, contrasts: Sequence[Contrast]) -> tuple[str, ...]:
        test = self.comparison.test
        levels = [test.control, *(contrast.treatment for contrast in contrasts)]
        means = [f"{arm_subject({test.factor: level})}.{test.metric}.mean" for level in levels]
        numbers = [
            f"{self.subject(contrast)}.{test.metric}.{name}" for contrast in contrasts for name in _CONTRAST_FACTS
        ]
        fact_ids = [*numbers, *means, *(f"test.{name}" for name in _TEST_FACTS), "registration.post_hoc"]
        return tuple(fact_id for fact_id in fact_ids if fact_id in self.facts)
