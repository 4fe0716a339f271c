"""Which claims no result could decide, compared with the verdicts on results that are as clear as possible."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from agents.planning.attainable import seeds_to_decide, undecidable_claims
from agents.planning.layout import Layout, layout_of, planned_observations
from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.decision import compare

TEST = RegisteredTest("accuracy", "maximize", "lr", "1", "2")


def grid(levels: int = 2, seeds: int = 5, **others: list[Any]) -> Layout:
    settings: list[dict[str, Any]] = [{}]
    for key, values in others.items():
        settings = [setting | {key: value} for setting in settings for value in values]
    points = [
        setting | {"lr": level, "seed": seed}
        for level in range(1, levels + 1)
        for setting in settings
        for seed in range(seeds)
    ]
    return layout_of(points)


def claims(*treatments: str | None) -> tuple[RegisteredClaim, ...]:
    return tuple(RegisteredClaim("superiority", treatment, 0.0, "accuracy", "maximize") for treatment in treatments)


CASES = [
    pytest.param(TEST, grid(), 4, id="two arms: 2 / C(8, 4) is below alpha"),
    pytest.param(replace(TEST, alpha=0.01), grid(), 5, id="a smaller alpha: 2 / C(10, 5)"),
    pytest.param(replace(TEST, paired=True), grid(), 6, id="pairs: 2 / 2^6"),
    pytest.param(replace(TEST, block=("task",)), grid(task=[1, 2, 3]), 4, id="blocks share seeds: 2 / C(8, 4)"),
    pytest.param(replace(TEST, claims=claims("2", "3", "4")), grid(4), 5, id="Holm: 3 * 2 / C(10, 5)"),
    pytest.param(replace(TEST, claims=claims("2", "3", "4"), order="fixed"), grid(4), 4, id="fixed order"),
    pytest.param(replace(TEST, claims=claims(None)), grid(4), 5, id="any of three levels"),
]


@pytest.mark.parametrize(("test", "layout", "seeds"), CASES)
def test_the_smallest_number_of_seeds_is_that_of_the_permutations(
    test: RegisteredTest, layout: Layout, seeds: int
) -> None:
    assert seeds_to_decide(test, layout, test.alpha) == seeds
    assert undecidable_claims(test, layout.with_seeds(seeds), test.alpha) == ()
    assert len(undecidable_claims(test, layout.with_seeds(seeds - 1), test.alpha)) == len(test.claims)


@pytest.mark.parametrize(("test", "layout", "seeds"), CASES)
def test_the_clearest_result_is_decided_with_these_seeds_and_not_with_fewer(
    test: RegisteredTest, layout: Layout, seeds: int
) -> None:
    for count, verdict in ((seeds, "supported"), (seeds - 1, "untestable")):
        runs = [
            replace(run, values={"accuracy": 1e6 * int(run.level != "1") + math.sin(number)})
            for number, run in enumerate(planned_observations(test, layout.with_seeds(count)))
        ]
        assert compare(test, runs).verdict == verdict


def test_a_claim_about_an_arm_without_runs_is_undecidable() -> None:
    test = replace(TEST, claims=claims("2", "9"), order="fixed")
    assert undecidable_claims(test, grid(), 0.05) == (1,)
    assert seeds_to_decide(test, grid(), 0.05) is None


def test_interquartile_means_need_more_runs() -> None:
    test = replace(TEST, aggregate="iqm", block=("task",))
    layout = grid(task=[1, 2])
    needed = seeds_to_decide(test, layout, 0.05)
    assert needed is not None
    assert needed > 2
    assert undecidable_claims(test, layout.with_seeds(needed - 1), 0.05) == (0,)
