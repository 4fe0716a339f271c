"""Check the list of claims: margins, factors of interactions, repetitions, and which claims are primary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.base.identity import canonical
from compiler.base.nested import Keys
from compiler.comparison.levels import Settings, as_swept, distinct_levels, factor_values, is_same_level
from compiler.comparison.spec_paths import CLAIMS_PATH, COMPARE_PATH
from compiler.spec.compare import Claim, Compare

_NEEDS_MARGIN = {
    "noninferiority": "the largest tolerated loss",
    "equivalence": "the largest difference that counts as none",
}


def claim_problems(compare: Compare, claims: Sequence[Claim], points: Sequence[Settings]) -> Iterator[Problem]:
    """Yield claims that are incomplete, repeated or contradict `compare`."""
    if not claims:
        return
    values = factor_values(compare.factor, points)
    digests: list[bytes] = []
    for index, claim in enumerate(claims):
        key_path = (*CLAIMS_PATH, index)
        if claim.type in _NEEDS_MARGIN and not claim.margin:
            problem = "is missing" if claim.margin is None else "must be above 0"
            yield Problem((*key_path, "margin"), problem, _NEEDS_MARGIN[claim.type])
        if claim.type == "interaction":
            yield from _interaction_problems(compare, claim, points, key_path)
        elif claim.factors:
            yield Problem((*key_path, "factors"), f"a claim of {claim.type} has no factors", "remove it")
        digests.append(_digest(compare, claim, values))
        if digests[-1] in digests[:-1]:
            yield Problem(key_path, f"repeats claim {digests.index(digests[-1]) + 1} of the list", "remove one of them")
    if not any(claim.primary for claim in claims):
        yield Problem(CLAIMS_PATH, "no claim is primary, so none decides the hypothesis", "remove a `primary: false`")
    treatments = [claim.treatment for claim in claims]
    if compare.treatment is not None and not any(
        treatment is None or is_same_level(treatment, compare.treatment) for treatment in treatments
    ):
        problem = f"no claim is about {compare.treatment!r}"
        yield Problem((*COMPARE_PATH, "treatment"), problem, "remove it, because each claim names its own treatment")


def _interaction_problems(
    compare: Compare, claim: Claim, points: Sequence[Settings], key_path: Keys
) -> Iterator[Problem]:
    """Yield why the factors of an interaction are not the tested factor and a swept key with two levels."""
    others = [factor for factor in claim.factors if factor != compare.factor]
    if len(claim.factors) != 2 or len(others) != 1:
        problem = f"an interaction needs two factors: '{compare.factor}' and another swept key with two levels"
        yield Problem((*key_path, "factors"), problem)
        return
    count = len(distinct_levels(factor_values(others[0], points)))
    if count != 2:
        problem = f"'{others[0]}' has {count} levels" if count else f"'{others[0]}' is not swept"
        yield Problem((*key_path, "factors"), f"{problem}, and an interaction needs exactly two")


def _digest(compare: Compare, claim: Claim, values: Sequence[object]) -> bytes:
    """Return canonical JSON that is equal for two claims if they state the same."""
    treatment = compare.treatment if claim.treatment is None else claim.treatment
    margin = compare.minimum_effect if claim.margin is None else claim.margin
    metric, goal = claim.metric or compare.metric, claim.goal or compare.goal
    return canonical([claim.type, as_swept(treatment, values), float(margin), metric, goal, sorted(claim.factors)])
