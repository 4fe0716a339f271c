"""Every arm against every known result, as facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.analysts.baselines.judgement import Judgement, judge_arm, with_adjusted_p
from agents.analysts.baselines.reference import Reference
from agents.analysts.shared.arm_runs import ArmRuns
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.units import unit_of
from agents.statistics import benjamini_hochberg, hedges_g, permutation_test


@dataclass(frozen=True)
class ReferenceComparison:
    """One arm against one reference. `left_out` counts runs that are the reference's own as well."""

    arm: ArmRuns
    reference: Reference
    values: tuple[Fact, ...]
    judgement: Judgement
    left_out: int

    @property
    def key(self) -> str:
        return f"{self.reference.key}.{self.arm.subject}"

    @property
    def with_arm(self) -> str:
        """As sentences name the arm."""
        return "over all runs" if self.arm.name == "all runs" else f"with {self.arm.name}"

    @property
    def with_slot(self) -> str:
        """The same as a template."""
        return self.arm.phrase


def compare_with_references(
    arms: Sequence[ArmRuns], references: Sequence[Reference], facts: Mapping[str, Fact], alpha: float
) -> tuple[ReferenceComparison, ...]:
    """By reference, then by arm. The arms share alpha: each is held against the reference at its part of it."""
    found = [_held(arm, one, facts, alpha / len(arms)) for one in references for arm in arms]
    adjusted = with_adjusted_p([one.judgement for one in found])
    return tuple(
        ReferenceComparison(one.arm, one.reference, one.values, each, one.left_out)
        for one, each in zip(found, adjusted, strict=True)
    )


def _held(arm: ArmRuns, reference: Reference, facts: Mapping[str, Fact], alpha: float) -> ReferenceComparison:
    measured = [one for one in arm.of(facts, reference.metric) if isinstance(one.value, int | float)]
    own = tuple(one for one in measured if one.source.file not in reference.files)
    values = [float(one.value) for one in own if one.value is not None]
    return ReferenceComparison(arm, reference, own, judge_arm(values, reference, alpha), len(measured) - len(own))


def comparison_facts(held: ReferenceComparison) -> Iterator[Fact]:
    """Difference, limits, effect size and p: all post hoc."""
    one, reference = held.judgement, held.reference
    about = FactBuilder(held.key, held.arm.subject, reference.source, judge_arm, is_post_hoc=True)
    inputs = [*(fact.id for fact in held.values), *reference.inputs]
    unit, versus = unit_of(reference.metric), f"{reference.metric} {held.with_arm} against {reference.words}"
    for name, value, its_unit, label, function in (
        ("difference", one.difference, unit, "difference of", judge_arm),
        ("low", one.low, unit, "lower limit of the difference of", judge_arm),
        ("high", one.high, unit, "upper limit of the difference of", judge_arm),
        ("confidence", one.confidence, "percent", "confidence level of the limits of", judge_arm),
        ("hedges_g", one.hedges_g, "", "difference in standard deviations (Hedges' g) of", hedges_g),
        ("p", one.p, "p", "unadjusted p of the difference of", permutation_test),
        ("p_adjusted", one.p_adjusted, "p", "p after Benjamini-Hochberg of", benjamini_hochberg),
        ("n", one.n, "runs", "runs of the arm in", judge_arm),
        (
            "left_out",
            held.left_out,
            "runs",
            "runs shared with the known result, left out of",
            compare_with_references,
        ),
    ):
        producer = judge_arm if value is None else function  # a statistic without a value did not run
        yield about.fact(name, value, its_unit, f"{label} {versus}", n=one.n, inputs=inputs, function=producer)
