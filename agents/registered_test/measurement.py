"""Measure the contrasts of a claim: estimates and p, before p is adjusted over the family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.contrast import Contrast, ItemErrors
from agents.registered_test.contrast_effect import contrast_effect
from agents.registered_test.observation import Observation
from agents.registered_test.samples.compared_runs import ComparedRuns, compared_runs
from agents.registered_test.samples.failed_runs import NotCompared
from agents.statistics import (
    BoundP,
    StratifiedEffect,
    TestedEffect,
    UnusableSample,
    probability_greater,
    standardized_effect,
)


@dataclass(frozen=True)
class Measured:
    """A contrast without adjusted p, and the effect that it was computed from: None if it could not be compared."""

    claim: RegisteredClaim
    contrast: Contrast
    effect: TestedEffect | None = None
    unpaired: int = 0


def measure_claim(
    test: RegisteredTest, number: int, treatments: Sequence[str], runs: Sequence[Observation]
) -> list[Measured]:
    """Return one contrast for each treatment. `number` is the position of the claim in the test."""
    return [_measure(test, number, treatment, runs) for treatment in treatments]


def _measure(test: RegisteredTest, number: int, treatment: str, runs: Sequence[Observation]) -> Measured:
    claim = test.claims[number]
    contrast = Contrast(treatment, claim=number, type=claim.type, metric=claim.metric, margin=claim.margin)
    try:
        compared = compared_runs(test, claim, treatment, runs)
    except NotCompared as error:
        return Measured(claim, replace(contrast, reason=str(error), needs_runs=error.needs_runs))
    contrast = replace(contrast, n_treatment=compared.n_treatment, n_control=compared.n_control)
    try:
        effect = contrast_effect(test, claim, treatment, runs, compared)
    except NotCompared as error:
        contrast = replace(contrast, reason=str(error), needs_runs=error.needs_runs)
        return Measured(claim, contrast, None, compared.unpaired)
    except UnusableSample:
        reason = "the seeds do not affect the values: " + (
            "all pairs differ equally" if compared.is_paired else "no arm varies"
        )
        return Measured(claim, replace(contrast, reason=reason), None, compared.unpaired)
    return Measured(claim, _with_estimates(contrast, claim, compared, effect), effect, compared.unpaired)


def _with_estimates(
    contrast: Contrast, claim: RegisteredClaim, compared: ComparedRuns, effect: TestedEffect
) -> Contrast:
    sign, p = 1 if claim.goal == "maximize" else -1, claim_p(claim, effect)
    blocks = [(stratum.treatment, stratum.control) for stratum in compared.cells]
    standardized = standardized_effect(blocks) if claim.second_factor is None else None
    superiority = [probability_greater(stratum.treatment, stratum.control) for stratum in compared.ranked]
    return replace(
        contrast,
        difference=sign * effect.difference,
        improvement=effect.difference,
        hedges_g=None if standardized is None else sign * standardized,
        probability_of_superiority=mean(superiority) if superiority else None,
        p=p.p,
        p_permutation=p.parts.get("permutation"),
        p_welch=p.parts.get("welch"),
        p_items=p.parts.get("items"),
        p_bootstrap=p.parts.get("bootstrap"),
        p_corrected=p.parts.get("corrected"),
        floor=effect.floor,
        method=effect.method + _unit_text(compared),
        item_errors=_item_errors(effect),
    )


def _unit_text(compared: ComparedRuns) -> str:
    if compared.shared_blocks == 1:
        return ""
    return f" (the unit is the seed, with its mean over the {compared.shared_blocks} blocks that share it)"


def claim_p(claim: RegisteredClaim, effect: TestedEffect) -> BoundP:
    """Return the two-sided p of the claim against the bound of its region."""
    if claim.type == "superiority":
        return effect.differs_from(claim.margin)
    if claim.type == "noninferiority":
        return effect.differs_from(-claim.margin)
    if claim.type == "equivalence":
        return effect.is_within(claim.margin)
    return effect.exceeds(claim.margin) if effect.difference >= 0 else effect.falls_below(-claim.margin)


def _item_errors(effect: TestedEffect) -> ItemErrors | None:
    crossed = effect.over_items if isinstance(effect, StratifiedEffect) else None
    return None if crossed is None else ItemErrors(crossed.items, crossed.seed_error, crossed.item_error)
