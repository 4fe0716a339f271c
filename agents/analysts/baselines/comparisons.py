"""Every arm against every known result, as facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.analysts.baselines.judgement import Standing, standing, with_adjusted
from agents.analysts.baselines.reference import Reference
from agents.analysts.shared.arm_runs import ArmRuns
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.units import unit_of
from agents.statistics import benjamini_hochberg, hedges_g, permutation_test


@dataclass(frozen=True)
class Held:
    """One arm against one reference. `left_out` counts runs that are the reference's own as well."""

    arm: ArmRuns
    reference: Reference
    values: tuple[Fact, ...]
    standing: Standing
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
        return self.arm.where_inside


def held_against(
    arms: Sequence[ArmRuns], references: Sequence[Reference], facts: Mapping[str, Fact], alpha: float
) -> tuple[Held, ...]:
    """By reference, then by arm. The arms share alpha: each is held against the reference at its part of it."""
    found = [_held(arm, one, facts, alpha / len(arms)) for one in references for arm in arms]
    adjusted = with_adjusted([one.standing for one in found])
    return tuple(
        Held(one.arm, one.reference, one.values, each, one.left_out) for one, each in zip(found, adjusted, strict=True)
    )


def _held(arm: ArmRuns, reference: Reference, facts: Mapping[str, Fact], alpha: float) -> Held:
    measured = [one for one in arm.of(facts, reference.metric) if isinstance(one.value, int | float)]
    own = tuple(one for one in measured if one.source.file not in reference.files)
    values = [float(one.value) for one in own if one.value is not None]
    return Held(arm, reference, own, standing(values, reference, alpha), len(measured) - len(own))


def facts_of(held: Held) -> Iterator[Fact]:
    """Difference, limits, effect size and p: all post hoc."""
    one, reference = held.standing, held.reference
    about = FactBuilder(held.key, held.arm.subject, reference.source, standing, is_post_hoc=True)
    inputs = [*(fact.id for fact in held.values), *reference.inputs]
    unit, versus = unit_of(reference.metric), f"{reference.metric} {held.with_arm} against {reference.words}"
    for name, value, its_unit, label, function in (
        ("difference", one.difference, unit, "difference of", standing),
        ("low", one.low, unit, "lower limit of the difference of", standing),
        ("high", one.high, unit, "upper limit of the difference of", standing),
        ("confidence", one.confidence, "percent", "confidence level of the limits of", standing),
        ("hedges_g", one.hedges_g, "", "difference in standard deviations (Hedges' g) of", hedges_g),
        ("p", one.p, "p", "unadjusted p of the difference of", permutation_test),
        ("p_adjusted", one.p_adjusted, "p", "p after Benjamini-Hochberg of", benjamini_hochberg),
        ("n", one.n, "runs", "runs of the arm in", standing),
        (
            "left_out",
            held.left_out,
            "runs",
            "runs shared with the known result, left out of",
            held_against,
        ),
    ):
        producer = standing if value is None else function  # a statistic without a value did not run
        yield about.fact(name, value, its_unit, f"{label} {versus}", n=one.n, inputs=inputs, function=producer)
