"""True effects: how often a true claim is supported, by the registered test and by a plain permutation test."""

from __future__ import annotations

from collections.abc import Iterator

from agents.statistics import permutation_test
from tests.verdicts.block_scenarios import blocks, pairs
from tests.verdicts.scenario import METRIC, Look, Scenario, normal, two_arms

TRUE_CLAIM = {"supported": None}


def power_scenarios() -> Iterator[Scenario]:
    for n, shift in ((4, 3.0), (5, 2.0), (5, 3.0), (8, 1.5), (10, 1.0), (10, 1.5)):
        name = f"true difference {shift:g} sd, {n} against {n}"
        yield Scenario(name, two_arms(n, n, normal(), shift=shift), TRUE_CLAIM)
    yield Scenario("true difference 3 sd, 3 against 10", two_arms(3, 10, normal(), shift=3.0), TRUE_CLAIM)
    beyond = two_arms(8, 8, normal(), shift=2.0, margin=1.0)
    yield Scenario("superiority by 1 sd, true difference 2 sd, 8 against 8", beyond, TRUE_CLAIM)
    for n in (2, 3):
        name = f"true difference 2 sd, 3 blocks of {n} against {n}"
        yield Scenario(name, blocks([(n, n)] * 3, (1, 1, 1), shift=2.0), TRUE_CLAIM)
    yield Scenario("true difference 2 sd, 8 pairs", pairs([1.0] * 8, shift=2.0), TRUE_CLAIM)
    equal = two_arms(8, 8, normal(), kind="equivalence", margin=2.0)
    yield Scenario("equivalence by 2 sd, no difference, 8 against 8", equal, TRUE_CLAIM)
    as_good = two_arms(5, 5, normal(), kind="noninferiority", margin=1.5)
    yield Scenario("noninferiority by 1.5 sd, no difference, 5 against 5", as_good, TRUE_CLAIM)


def plain_rule_supports(look: Look) -> bool | None:
    """Return whether a plain two-sided permutation test, and an estimate beyond the margin, support the claim.

    None if the claim is not one of superiority between two independent arms.
    """
    claim = look.test.claims[0]
    if claim.type != "superiority" or look.test.block or look.test.paired or len(look.test.claims) > 1:
        return None
    values = {level: [run.value(METRIC) for run in look.observations if run.level == level] for level in _levels(look)}
    numbers = {level: [value for value in arm if value is not None] for level, arm in values.items()}
    test = permutation_test(numbers[claim.treatment or ""], numbers[look.test.control])
    improvement = test.difference if claim.goal == "maximize" else -test.difference
    return test.p <= look.test.alpha and improvement > 0 and improvement >= claim.margin


def _levels(look: Look) -> set[str]:
    return {run.level for run in look.observations}
