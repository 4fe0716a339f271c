"""A contrast has the estimates of its runs, the p of its claim, and the reason why it could not be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.measurement import Measured, measure_claim
from agents.registered_test.observation import Observation
from agents.statistics import Stratum, hedges_g, measure_effect, probability_greater

BETTER, BASE = [0.85, 0.86, 0.87, 0.89, 0.84], [0.80, 0.82, 0.81, 0.83, 0.79]
Values = Sequence[float | None]


def measured(
    treatment: Values, control: Values, kind: Any = "superiority", margin: float = 0.0, **rule: Any
) -> Measured:
    goal = rule.pop("goal", "maximize")
    claim = RegisteredClaim(kind, "b", margin, "acc", goal, factors=("lr", "depth"))
    test = RegisteredTest("acc", goal, "lr", "a", claims=(claim,), **rule)
    runs = [
        Observation(f"{level}{n}", level, "", f"seed={n}", {"acc": value}, None if value is not None else "run")
        for level, values in (("b", treatment), ("a", control))
        for n, value in enumerate(values)
    ]
    (result,) = measure_claim(test, 0, ["b"], runs)
    return result


EFFECT = measure_effect([Stratum(tuple(BETTER), tuple(BASE))])


@pytest.mark.parametrize(
    ("kind", "margin", "p"),
    [
        ("superiority", 0.02, EFFECT.differs_from(0.02)),
        ("noninferiority", 0.02, EFFECT.differs_from(-0.02)),
        ("equivalence", 0.07, EFFECT.is_within(0.07)),
    ],
)
def test_p_tests_the_bound_of_the_claim(kind: str, margin: float, p: Any) -> None:
    contrast = measured(BETTER, BASE, kind, margin).contrast
    assert (contrast.p, contrast.p_permutation, contrast.p_welch) == pytest.approx(
        (p.p, p.parts["permutation"], p.parts["welch"])
    )
    assert (contrast.p_items, contrast.p_bootstrap) == (None, None)
    assert (contrast.type, contrast.margin, contrast.claim) == (kind, margin, 0)


def test_estimates_of_a_contrast() -> None:
    result = measured(BETTER, BASE)
    contrast = result.contrast
    assert contrast.difference == contrast.improvement == pytest.approx(0.052)
    assert contrast.hedges_g == pytest.approx(hedges_g(BETTER, BASE))
    assert contrast.probability_of_superiority == probability_greater(BETTER, BASE) == 1.0
    assert (contrast.n_treatment, contrast.n_control, contrast.floor) == (5, 5, EFFECT.floor)
    assert contrast.method == EFFECT.method
    assert result.effect is not None
    assert result.unpaired == 0
    assert contrast.item_errors is None


def test_the_difference_of_a_metric_to_minimize_is_negative_if_the_treatment_is_better() -> None:
    contrast = measured(BASE, BETTER, goal="minimize").contrast
    assert (contrast.difference, contrast.improvement) == pytest.approx((-0.052, 0.052))
    assert contrast.hedges_g == pytest.approx(hedges_g(BASE, BETTER))
    assert contrast.probability_of_superiority == 1.0


def interaction(second_level: Sequence[float], margin: float = 0.0) -> Measured:
    """Return an interaction: the treatment is better by 1 at depth 1, and has these values at depth 2."""
    claim = RegisteredClaim("interaction", "b", margin, "acc", "maximize", factors=("lr", "depth"))
    test = RegisteredTest("acc", "maximize", "lr", "a", claims=(claim,))
    noise = (0.0, 0.1, 0.2, 0.3, 0.15)
    arms = [("b", "1", [1 + x for x in noise]), ("a", "1", noise), ("b", "2", second_level), ("a", "2", noise)]
    runs = [
        Observation(
            f"{level}{depth}{n}",
            level,
            "",
            f"depth={depth},seed={n}",
            {"acc": value},
            settings={"depth": depth, "seed": f"{n} at {depth}"},
        )
        for level, depth, values in arms
        for n, value in enumerate(values)
    ]
    (result,) = measure_claim(test, 0, ["b"], runs)
    return result


@pytest.mark.parametrize("direction", [1, -1], ids=["larger", "smaller"])
@pytest.mark.parametrize("margin", [0.0, 0.5], ids=["no margin", "margin"])
def test_an_interaction_is_tested_in_the_direction_of_its_estimate(direction: int, margin: float) -> None:
    result = interaction([1 + direction + x for x in (0.0, 0.1, 0.2, 0.3, 0.15)], margin)
    assert result.effect is not None
    assert result.contrast.difference == pytest.approx(direction)
    expected = result.effect.exceeds(margin) if direction > 0 else result.effect.falls_below(-margin)
    assert result.contrast.p == expected.p < 0.05
    assert result.contrast.hedges_g is None
    assert result.contrast.probability_of_superiority is None


def test_an_interaction_of_zero_has_the_largest_p() -> None:
    """Its estimate is zero or a rounding error, so the p in both directions is one or nearly one."""
    assert interaction([1.0, 1.1, 1.2, 1.3, 1.15]).contrast.p == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("treatment", "control", "rule", "reason", "needs_runs", "unpaired"),
    [
        pytest.param([0.9], [0.8, 0.7], {}, "fewer than two completed runs", True, 0, id="too few runs"),
        pytest.param([0.9, None, 0.8], [0.8, 0.7], {"on_failure": "refuse"}, "refuses", False, 0, id="refused"),
        pytest.param([0.9] * 3, [0.8] * 3, {}, "the seeds do not affect.*no arm varies", False, 0, id="constant arms"),
        pytest.param(
            [0.5, 0.6, 0.7, 0.1], [0.4, 0.5, 0.6], {"paired": True}, "all pairs differ equally", False, 1, id="pairs"
        ),
        pytest.param(
            [0.5, 0.6, 0.8, 0.1],
            [0.4, 0.5, 0.6],
            {"paired": True, "aggregate": "iqm"},
            "not estimated for pairs",
            False,
            1,
            id="interquartile mean of pairs",
        ),
        pytest.param([0.5, 0.6, 0.8], [0.4, 0.5, 0.6], {"aggregate": "iqm"}, "a block has 3", True, 0, id="3 runs"),
    ],
)
def test_a_contrast_that_cannot_be_compared_states_why(
    treatment: Values, control: Values, rule: dict[str, Any], reason: str, needs_runs: bool, unpaired: int
) -> None:
    result = measured(treatment, control, **rule)
    assert result.effect is None
    assert result.contrast.p is None
    assert result.unpaired == unpaired
    assert result.contrast.needs_runs == needs_runs
    assert result.contrast.floor == 1.0
    assert re.search(reason, result.contrast.reason)
