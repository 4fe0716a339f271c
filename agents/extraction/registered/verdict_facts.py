"""Find the facts that a verdict of a test is based on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.extraction.registered.contrast_ids import facts_prefix, metric_of
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject
from agents.registered_test.comparison import Comparison

_TEST_FACTS = ("alpha", "look_alpha", "minimum_effect", "family_size", "floor", "required_n", "on_failure", "worst")
_REGISTRATION_FACTS = ("post_hoc", "fresh_runs", "looks")
_CONTRAST_FACTS = (
    "difference",
    "low",
    "high",
    "confidence",
    "p",
    "p_permutation",
    "p_welch",
    "p_items",
    "p_bootstrap",
    "p_corrected",
    "p_adjusted",
    "n_treatment",
    "n_control",
)


@dataclass(frozen=True)
class VerdictFacts:
    """A comparison and all facts.

    `has_tested_arms` is true if the comparison rests on fewer runs than the experiment has, so that its means are not
    those of the arms.
    """

    comparison: Comparison
    facts: Mapping[str, Fact]
    is_exploratory: bool = False
    has_tested_arms: bool = False

    def of(self, contrasts: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return subjects and ids of the facts of some contrasts, by their positions in the comparison."""
        used = tuple(dict.fromkeys(fact_id for fact_id in self._candidates(contrasts) if fact_id in self.facts))
        subjects = tuple(dict.fromkeys(self.facts[fact_id].subject for fact_id in used))
        return subjects, used

    def _candidates(self, contrasts: Sequence[int]) -> Iterator[str]:
        test = self.comparison.test
        chosen = [self.comparison.contrasts[index] for index in contrasts]
        for contrast in chosen:
            prefix = facts_prefix(test, contrast, is_exploratory=self.is_exploratory)
            yield from (f"{prefix}.{name}" for name in _CONTRAST_FACTS)
        arm_prefix = "test." if self.has_tested_arms else ""
        arms = [(test.control, contrast) for contrast in chosen[:1]]
        for level, contrast in (*arms, *((contrast.treatment, contrast) for contrast in chosen)):
            yield f"{arm_prefix}{arm_subject({test.factor: level})}.{metric_of(test, contrast)}.mean"
        yield from (f"test.{name}" for name in _TEST_FACTS)
        yield from (f"registration.{name}" for name in _REGISTRATION_FACTS)
