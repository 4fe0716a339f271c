"""The verdict on the hypothesis, and one for each contrast: from the registered test and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import Evidence
from agents.facts.fact import Fact, Verdict
from agents.facts.subject import arm_subject, contrast_subject
from agents.registered_test.sentences import Told, contrast_told, hypothesis_told

HYPOTHESIS = "hypothesis"
_TEST = ("alpha", "minimum_effect", "family_size", "floor", "required_n")
_NUMBERS = ("difference", "improvement", "low", "high", "confidence", "p", "p_adjusted", "n_treatment", "n_control")
_NO_TEST = Told(
    "no test was registered, so the runs do not decide on the hypothesis",
    "No test was registered before the first run, so the runs do not decide on the hypothesis.",
)


def verdicts_of(evidence: Evidence, facts: Mapping[str, Fact]) -> Iterator[Verdict]:
    """The first is on the hypothesis. Without a registered test it is untestable, whatever the runs gave."""
    comparison = evidence.compare
    if comparison is None:
        yield Verdict(HYPOTHESIS, "untestable", *_NO_TEST, subjects=("experiment",), facts=())
        return
    case = _Judged(comparison, facts, bool(evidence.results.content["post_hoc"]))
    contrasts = comparison["contrasts"]
    yield case.verdict(HYPOTHESIS, comparison["verdict"], hypothesis_told(comparison), contrasts)
    for one in contrasts:
        yield case.verdict(case.subject(one), one["conclusion"], contrast_told(comparison, one), [one])


@dataclass(frozen=True)
class _Judged:
    """A comparison, and the facts that its verdicts rest on."""

    comparison: Mapping[str, Any]
    facts: Mapping[str, Fact]
    is_post_hoc: bool

    def subject(self, contrast: Mapping[str, Any]) -> str:
        return str(contrast_subject(self.comparison["factor"], contrast["treatment"], self.comparison["control"]))

    def verdict(self, name: str, conclusion: str, told: Told, contrasts: Sequence[Mapping[str, Any]]) -> Verdict:
        used = self._used(contrasts)
        subjects = tuple(dict.fromkeys(self.facts[one].subject for one in used))
        words, sentence = told.after_the_fact() if self.is_post_hoc else told
        return Verdict(name, conclusion, words, sentence, subjects, used, self.is_post_hoc)

    def _used(self, contrasts: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        levels = [self.comparison["control"], *(one["treatment"] for one in contrasts)]
        factor, metric = self.comparison["factor"], self.comparison["metric"]
        means = [f"{arm_subject({factor: level})}.{metric}.mean" for level in levels]
        numbers = [f"{self.subject(one)}.{metric}.{name}" for one in contrasts for name in _NUMBERS]
        test = [f"test.{name}" for name in _TEST]
        named = [*numbers, *means, *test, "registration.post_hoc"]
        return tuple(name for name in named if name in self.facts)
