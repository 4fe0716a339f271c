"""Define what a simulation assumes: the true effect of each claim, and the standard deviation between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation

_WITHOUT_MINIMUM_EFFECT = 1.0  # standard deviations


@dataclass(frozen=True)
class AssumedEffect:
    """The true improvement of a claim, and where it comes from."""

    improvement: float
    source: str


@dataclass(frozen=True)
class Assumptions:
    """`effects` are those of the claims of the test, in their order. `sds` are by metric."""

    effects: tuple[AssumedEffect, ...]
    sds: Mapping[str, float]


def assume(test: RegisteredTest, sds: Mapping[str, float], effect: float | None = None) -> Assumptions:
    """Return the assumptions for a test.

    Args:
        test: the registered test.
        sds: the standard deviation between runs of one arm, by metric.
        effect: the true improvement of every claim. By default it is twice the margin for a claim of superiority or
            interaction, or one standard deviation without a margin, and zero for one of non-inferiority or equivalence.
    """
    if effect is not None:
        return Assumptions((AssumedEffect(effect, "given"),) * len(test.claims), sds)
    return Assumptions(tuple(_default_effect(claim, sds[claim.metric]) for claim in test.claims), sds)


def _default_effect(claim: RegisteredClaim, sd: float) -> AssumedEffect:
    if claim.type in ("noninferiority", "equivalence"):
        return AssumedEffect(0.0, "no difference")
    if claim.margin:
        return AssumedEffect(2 * claim.margin, "twice the minimum effect")
    return AssumedEffect(_WITHOUT_MINIMUM_EFFECT * sd, "one standard deviation")


def true_means(test: RegisteredTest, runs: Sequence[Observation], assumptions: Assumptions) -> dict[str, list[float]]:
    """Return the expected value of each run by metric, in the order of the runs. That of the control is 0."""
    return {metric: [_true_mean(test, run, metric, assumptions, runs) for run in runs] for metric in assumptions.sds}


def _true_mean(
    test: RegisteredTest, run: Observation, metric: str, assumptions: Assumptions, runs: Sequence[Observation]
) -> float:
    """Return the first effect that is not zero, of a claim about the arm of the run and the metric."""
    for claim, effect in zip(test.claims, assumptions.effects, strict=True):
        if claim.metric == metric and effect.improvement and _has_effect(test, claim, run, runs):
            return effect.improvement if claim.goal == "maximize" else -effect.improvement
    return 0.0


def _has_effect(test: RegisteredTest, claim: RegisteredClaim, run: Observation, runs: Sequence[Observation]) -> bool:
    """Return whether the claim gives the run an effect.

    If any level may be superior, the first one is. An interaction is an effect at the last level of the second factor.
    """
    treatment = claim.treatment or next((other.level for other in runs if other.level != test.control), None)
    if run.level != treatment:
        return False
    if claim.second_factor is None:
        return True
    levels = [other.settings.get(claim.second_factor) for other in runs]
    return run.settings.get(claim.second_factor) == levels[-1]
