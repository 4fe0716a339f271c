"""Compare every arm with every reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.analysts.baselines.judgement import Judgement, allowing_for_failed, judge_arm, with_adjusted_p
from agents.analysts.baselines.reference import Reference
from agents.analysts.shared.arm_runs import ArmRuns
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.units import unit_of
from agents.statistics import benjamini_hochberg, hedges_g, permutation_test


@dataclass(frozen=True)
class ReferenceComparison:
    """The comparison of one arm with one reference.

    `values` are the compared values of the arm. `excluded` is the number of runs of the arm that the reference contains
    as well.
    """

    arm: ArmRuns
    reference: Reference
    values: tuple[Fact, ...]
    judgement: Judgement
    excluded: int

    @property
    def key(self) -> str:
        """The id prefix of all facts about the comparison."""
        return f"{self.reference.key}.{self.arm.subject}"

    @property
    def arm_phrase(self) -> str:
        """The phrase that names the arm in a sentence without placeholders. `arm.phrase` is a template."""
        return "over all runs" if self.arm.name == "all runs" else f"with {self.arm.name}"

    @property
    def is_judged(self) -> bool:
        return self.judgement.conclusion != "not judged"


def compare_with_references(
    arms: Sequence[ArmRuns], references: Sequence[Reference], facts: Mapping[str, Fact], alpha: float
) -> tuple[ReferenceComparison, ...]:
    """Compare every arm with every reference. The result is ordered by reference, then by arm.

    Each test uses alpha divided by the number of arms.
    """
    samples = [(arm, reference, *_values(arm, reference, facts)) for reference in references for arm in arms]
    judgements = with_adjusted_p(
        [
            allowing_for_failed(
                judge_arm([float(fact.value or 0.0) for fact in values], reference, alpha / len(arms)),
                failed=len(arm.runs) - len(values) - excluded,
            )
            for arm, reference, values, excluded in samples
        ]
    )
    return tuple(
        ReferenceComparison(arm, reference, values, judgement, excluded)
        for (arm, reference, values, excluded), judgement in zip(samples, judgements, strict=True)
    )


def comparison_facts(comparison: ReferenceComparison) -> Iterator[Fact]:
    """Yield difference, interval, effect size and p, all post hoc."""
    judgement, reference = comparison.judgement, comparison.reference
    arm, key = comparison.arm.subject, comparison.key
    facts = FactBuilder(key, arm, reference.source, judge_arm, is_post_hoc=True)
    inputs = [*(fact.id for fact in comparison.values), *reference.inputs]
    unit, versus = unit_of(reference.metric), f"{reference.metric} {comparison.arm_phrase} against {reference.name}"
    excluded = "runs shared with the reference, excluded from"
    for name, value, value_unit, label, function in (
        ("difference", judgement.difference, unit, "difference of", judge_arm),
        ("low", judgement.low, unit, "lower limit of the difference of", judge_arm),
        ("high", judgement.high, unit, "upper limit of the difference of", judge_arm),
        ("confidence", judgement.confidence, "percent", "confidence level of the interval of", judge_arm),
        ("hedges_g", judgement.hedges_g, "", "difference in standard deviations (Hedges' g) of", hedges_g),
        ("p", judgement.p, "p", "unadjusted p of the difference of", permutation_test),
        ("p_adjusted", judgement.p_adjusted, "p", "p after Benjamini-Hochberg of", benjamini_hochberg),
        ("n", judgement.n, "runs", "runs of the arm in", judge_arm),
        ("left_out", comparison.excluded, "runs", excluded, compare_with_references),
    ):
        producer = judge_arm if value is None else function  # a statistic without a value was not computed
        full_label = f"{label} {versus}"
        yield facts.fact(name, value, value_unit, full_label, n=judgement.n, inputs=inputs, function=producer)


def _values(arm: ArmRuns, reference: Reference, facts: Mapping[str, Fact]) -> tuple[tuple[Fact, ...], int]:
    """Return the values of the runs that the reference does not contain, and the number of runs that it contains."""
    measured = [fact for fact in arm.of(facts, reference.metric) if isinstance(fact.value, int | float)]
    compared = tuple(fact for fact in measured if fact.source.file not in reference.files)
    return compared, len(measured) - len(compared)
