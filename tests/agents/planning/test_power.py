"""The simulated power of the registered test, compared with the power of t tests by the noncentral t distribution."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from agents.planning.assumptions import AssumedEffect, Assumptions, assume, true_means
from agents.planning.layout import Layout, layout_of, planned_observations
from agents.planning.power import PlannedLook, Power, power_of
from agents.planning.sample_size import Looks, power_with_seeds, seeds_for_power, smallest
from agents.registered_test.claims import RegisteredClaim, RegisteredTest

TEST = RegisteredTest("accuracy", "maximize", "lr", "1", "2")
SDS = {"accuracy": 1.0}
FACTORS = ("lr", "depth")


def arms(n: int, *levels: int) -> Layout:
    return layout_of({"lr": level, "seed": seed} for level in levels or (1, 2) for seed in range(n))


def t_test_power(n: int, effect: float, alpha: float = 0.05) -> float:
    """Return the probability of a significant improvement in a two-sided t test of two arms with equal variances."""
    degrees = 2 * n - 2
    noncentrality = effect * math.sqrt(n / 2)
    return float(stats.nct.sf(stats.t.isf(alpha / 2, degrees), degrees, noncentrality))


def claim(kind: str, margin: float, treatment: str | None = "2", **fields: object) -> RegisteredClaim:
    return RegisteredClaim(kind, treatment, margin, "accuracy", "maximize", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "effect"), [(5, 2.0), (6, 1.5)])
def test_power_is_slightly_below_that_of_a_t_test(n: int, effect: float) -> None:
    power = power_of(TEST, arms(n), assume(TEST, SDS, effect), simulations=200)
    exact = t_test_power(n, effect)
    assert exact - 0.1 - 3 * power.standard_error <= power.power <= exact + 3 * power.standard_error


@pytest.mark.parametrize("goal", ["maximize", "minimize"])
def test_power_without_an_effect_is_at_most_half_of_alpha(goal: str) -> None:
    test = RegisteredTest("accuracy", goal, "lr", "1", "2")  # type: ignore[arg-type]
    power = power_of(test, arms(5), assume(test, SDS, 0.0), simulations=200)
    assert power.supported <= 200 * (0.025 + 3.5 * math.sqrt(0.025 * 0.975 / 200))


def test_power_at_the_margin_is_that_without_an_effect() -> None:
    """The claim is that the effect exceeds the margin, so the margin itself is no effect of interest."""
    test = RegisteredTest("accuracy", "maximize", "lr", "1", "2", minimum_effect=3.0)
    assert power_of(test, arms(5), assume(test, SDS, 3.0), simulations=100).power < 0.1
    assert power_of(test, arms(5), assume(test, SDS), simulations=100).power > 0.8  # at twice the margin


def test_equal_arguments_give_equal_powers() -> None:
    first, second = (power_of(TEST, arms(4), assume(TEST, SDS, 2.0), simulations=30) for _ in range(2))
    assert first == second


def test_a_scaled_metric_has_the_same_power() -> None:
    scaled = power_of(TEST, arms(4), assume(TEST, {"accuracy": 0.01}, 0.02), simulations=30)
    assert scaled.supported == power_of(TEST, arms(4), assume(TEST, SDS, 2.0), simulations=30).supported


def test_too_few_runs_have_no_power() -> None:
    assert power_of(TEST, arms(2), assume(TEST, SDS, 50.0), simulations=5).power == 0


def test_simulation_ends_when_the_power_is_clearly_different() -> None:
    power = power_of(TEST, arms(5), assume(TEST, SDS, 9.0), until_it_differs_from=0.5)
    assert (power.simulations, power.supported) == (25, 25)


def test_standard_error_is_positive_at_the_limits() -> None:
    assert Power(5, 10, 100, 0, ()).standard_error == pytest.approx(0.00995, abs=1e-5)
    assert Power(5, 10, 100, 100, ()).standard_error == pytest.approx(0.00995, abs=1e-5)
    assert Power(5, 10, 100, 50, ()).standard_error == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("test_claim", "improvement", "source"),
    [
        pytest.param(claim("superiority", 0.5), 1.0, "twice the minimum effect", id="superiority"),
        pytest.param(claim("superiority", 0.0), 0.25, "one standard deviation", id="no minimum effect"),
        pytest.param(claim("interaction", 0.5, factors=FACTORS), 1.0, "twice the minimum effect", id="interaction"),
        pytest.param(claim("noninferiority", 0.5), 0.0, "no difference", id="noninferiority"),
        pytest.param(claim("equivalence", 0.5), 0.0, "no difference", id="equivalence"),
    ],
)
def test_default_effect_follows_from_the_claim(test_claim: RegisteredClaim, improvement: float, source: str) -> None:
    test = replace(TEST, claims=(test_claim,))
    assert assume(test, {"accuracy": 0.25}).effects == (AssumedEffect(improvement, source),)
    assert assume(test, {"accuracy": 0.25}, -2.0).effects == (AssumedEffect(-2.0, "given"),)


def test_effects_belong_to_the_arms_of_the_claims() -> None:
    test = replace(TEST, claims=(claim("superiority", 1.0), claim("superiority", 2.0, "3")))
    runs = planned_observations(test, arms(1, 1, 2, 3))
    assert true_means(test, runs, assume(test, SDS)) == {"accuracy": [0.0, 2.0, 4.0]}
    minimized = replace(test, claims=tuple(replace(changed, goal="minimize") for changed in test.claims))
    assert true_means(minimized, runs, assume(minimized, SDS)) == {"accuracy": [0.0, -2.0, -4.0]}


def test_the_first_level_is_better_if_any_may_be() -> None:
    test = replace(TEST, treatment=None, claims=(claim("superiority", 1.0, None),))
    runs = planned_observations(test, arms(1, 1, 2, 3))
    assert true_means(test, runs, assume(test, SDS)) == {"accuracy": [0.0, 2.0, 0.0]}


def test_an_interaction_is_an_effect_at_the_last_level_of_the_second_factor() -> None:
    test = replace(TEST, claims=(claim("interaction", 1.0, factors=FACTORS),))
    layout = layout_of({"lr": lr, "depth": depth, "seed": 0} for lr in (1, 2) for depth in (3, 4))
    runs = planned_observations(test, layout)
    assert true_means(test, runs, assume(test, SDS)) == {"accuracy": [0.0, 0.0, 0.0, 2.0]}


def test_an_equivalence_claim_does_not_hide_the_effect_of_another_claim() -> None:
    test = replace(TEST, claims=(claim("equivalence", 1.0), claim("superiority", 1.0)))
    runs = planned_observations(test, arms(1))
    assert true_means(test, runs, assume(test, SDS)) == {"accuracy": [0.0, 2.0]}


def test_looks_are_scaled_and_the_last_one_spends_all_alpha() -> None:
    looks = Looks((5, 8, 12), "obrien_fleming").scaled(0.05, 24)
    assert [look.seeds for look in looks] == [10, 16, 24]
    assert looks[0].alpha < looks[1].alpha < looks[2].alpha < 0.05
    assert [look.seeds for look in Looks((5, 8, 12), "pocock").scaled(0.05, 3)] == [2, 3]


def test_planned_looks_cost_little_power() -> None:
    assumptions = assume(TEST, SDS, 2.0)
    plain = power_of(TEST, arms(6), assumptions, simulations=100)
    planned = power_of(TEST, arms(6), assumptions, Looks((4, 6), "obrien_fleming").scaled(0.05, 6), simulations=100)
    assert plain.supported - 10 <= planned.supported <= plain.supported + 5


def test_a_look_at_fewer_seeds_reads_the_first_runs() -> None:
    """With nearly all alpha at the first look, the power is that of its runs."""
    assumptions = assume(TEST, SDS, 2.0)
    looks = (PlannedLook(4, 0.05), PlannedLook(6, 1e-12))
    assert power_of(TEST, arms(6), assumptions, looks, simulations=60).supported == (
        power_of(TEST, arms(4), assumptions, simulations=60).supported
    )


def test_seeds_for_power_are_the_smallest_that_have_it() -> None:
    assumptions = assume(TEST, SDS, 2.5)
    required = seeds_for_power(TEST, arms(3), assumptions, None, 0.8)
    assert required is not None
    assert required.power >= 0.8
    assert required.runs == 2 * required.seeds
    assert power_with_seeds(TEST, arms(required.seeds - 1), assumptions, None).power < 0.8


def test_an_effect_that_makes_the_claim_false_cannot_have_power() -> None:
    test = RegisteredTest("accuracy", "maximize", "lr", "1", "2", minimum_effect=1.0)
    impossible = Assumptions((AssumedEffect(-9.0, "given"),), SDS)
    assert (
        smallest(lambda seeds: power_of(test, arms(seeds), impossible, simulations=1).power > 0, start=3, most=6)
        is None
    )


@pytest.mark.parametrize("least", [2, 3, 5, 8, 9, 20])
@pytest.mark.parametrize("start", [2, 5, 16])
def test_smallest_sufficient_number_is_searched_in_both_directions(least: int, start: int) -> None:
    assert smallest(lambda number: number >= least, start=start, most=20) == least


def test_nothing_is_sufficient_beyond_the_largest_number() -> None:
    asked: list[int] = []
    assert smallest(lambda number: bool(asked.append(number)), start=5, most=20) is None
    assert asked == [5, 10, 20]


def test_noise_of_larger_layouts_begins_with_that_of_smaller_ones() -> None:
    from agents.planning.power import _noise

    assert np.array_equal(_noise(3, 10, ["a", "b"])["b"][:4], _noise(3, 4, ["a", "b"])["b"])
    assert not np.array_equal(_noise(3, 4, ["a", "b"])["a"], _noise(3, 4, ["a", "b"])["b"])
