"""Contrasts of a family are decided by their adjusted p, with intervals at the level of their step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from agents.registered_test import family
from agents.registered_test.claims import RegisteredClaim
from agents.registered_test.contrast import Contrast
from agents.registered_test.family import NOT_TESTED, decide_family, decide_in_order
from agents.registered_test.measurement import Measured
from agents.statistics import Interval, TestedEffect
from agents.statistics.bounds.permutation import Tails


@dataclass(frozen=True)
class FixedEffect(TestedEffect):
    """An effect with this one-sided p of being above a bound, and the complement of being below it."""

    estimate: float
    above: Mapping[float, float]

    floor = 0.001
    method = "fixed"

    @property
    def difference(self) -> float:
        return self.estimate

    def tails(self, bound: float) -> Mapping[str, Tails]:
        return {"only": Tails(self.above[bound], 1 - self.above[bound])}

    def interval(self, level: float) -> Interval:
        return Interval(self.estimate - level, self.estimate + 2 * level, level)


def measured(
    p: float,
    improvement: float = 0.2,
    kind: Any = "superiority",
    margin: float = 0.0,
    *,
    floor: float = 0.001,
    goal: Any = "maximize",
    above: Mapping[float, float] | None = None,
) -> Measured:
    claim = RegisteredClaim(kind, "b", margin, "accuracy", goal, factors=("lr", "depth"))
    return Measured(claim, Contrast("b", p=p, floor=floor), FixedEffect(improvement, above or {}))


NOT_COMPARED = Measured(
    RegisteredClaim("superiority", "b", 0.0, "accuracy", "maximize"), Contrast("b", reason="failed")
)


def conclusions(contrasts: Sequence[Contrast]) -> list[str]:
    return [contrast.conclusion for contrast in contrasts]


@pytest.mark.parametrize(
    ("item", "conclusion"),
    [
        pytest.param(measured(0.05), "supported", id="p equals alpha"),
        pytest.param(measured(0.051), "inconclusive", id="p above alpha"),
        pytest.param(measured(0.01, -0.2), "refuted", id="significantly worse"),
        pytest.param(measured(0.01, 0.0), "inconclusive", id="no difference"),
        pytest.param(measured(0.01, 0.2, margin=0.1), "supported", id="superior by more than the margin"),
        pytest.param(measured(0.01, 0.05, margin=0.1), "refuted", id="superior by less than the margin"),
        pytest.param(measured(0.01, 0.1, margin=0.1), "inconclusive", id="superior by exactly the margin"),
        pytest.param(measured(0.01, -0.05, "noninferiority", 0.1), "supported", id="worse by less than the margin"),
        pytest.param(measured(0.01, -0.2, "noninferiority", 0.1), "refuted", id="worse by more than the margin"),
        pytest.param(measured(0.01, -0.1, "noninferiority", 0.1), "inconclusive", id="worse by exactly the margin"),
        pytest.param(measured(0.06, 0.0, "noninferiority", 0.1), "inconclusive", id="non-inferiority with a large p"),
        pytest.param(measured(0.01, 0.0, "equivalence", 0.1), "supported", id="equivalent"),
        pytest.param(
            measured(0.9, 0.3, "equivalence", 0.1, above={0.1: 0.02}), "refuted", id="shown to be above the range"
        ),
        pytest.param(
            measured(0.9, 0.3, "equivalence", 0.1, above={0.1: 0.03}), "inconclusive", id="not shown to be above it"
        ),
        pytest.param(
            measured(0.9, -0.3, "equivalence", 0.1, above={-0.1: 0.98}), "refuted", id="shown to be below the range"
        ),
        pytest.param(
            measured(0.9, -0.3, "equivalence", 0.1, above={-0.1: 0.97}), "inconclusive", id="not shown to be below it"
        ),
        pytest.param(measured(0.01, 0.3, "interaction", 0.1), "supported", id="interaction"),
        pytest.param(measured(0.9, 0.0, "interaction"), "inconclusive", id="an interaction of zero cannot be refuted"),
        pytest.param(
            measured(0.9, 0.0, "interaction", 0.1, above={-0.1: 0.01, 0.1: 0.99}),
            "refuted",
            id="an interaction smaller than its margin",
        ),
        pytest.param(
            measured(0.9, 0.0, "interaction", 0.1, above={-0.1: 0.01, 0.1: 0.9}),
            "inconclusive",
            id="an interaction not shown to be smaller than its margin",
        ),
        pytest.param(measured(0.01, floor=0.06), "untestable", id="no p could reach alpha"),
        pytest.param(measured(0.01, floor=0.05), "supported", id="the smallest p equals alpha"),
    ],
)
def test_a_contrast_is_decided_by_its_claim(item: Measured, conclusion: str) -> None:
    (contrast,) = decide_family([item], 0.05)
    assert contrast.conclusion == conclusion
    assert contrast.interval == (item.effect and item.effect.interval(0.95))


def test_contrasts_share_alpha_by_holm() -> None:
    contrasts = decide_family([measured(0.03), measured(0.01), measured(0.02, -0.1)], 0.05)
    assert conclusions(contrasts) == ["supported", "supported", "refuted"]
    assert [contrast.p_adjusted for contrast in contrasts] == pytest.approx([0.04, 0.03, 0.04])
    assert [contrast.interval and contrast.interval.level for contrast in contrasts] == pytest.approx(
        [1 - 0.05, 1 - 0.05 / 3, 1 - 0.05 / 2]
    )


def test_an_opposite_outcome_is_tested_at_the_level_of_the_step() -> None:
    """The p of 0.04 is below alpha, and above alpha / 2, at which Holm stops."""
    item = measured(0.9, 0.3, "equivalence", 0.1, above={0.1: 0.02})
    assert conclusions(decide_family([item, item], 0.05)) == ["inconclusive"] * 2


def test_the_interval_of_a_metric_to_minimize_is_mirrored() -> None:
    (contrast,) = decide_family([measured(0.01, goal="minimize")], 0.05)
    assert contrast.interval is not None
    assert (contrast.interval.low, contrast.interval.high) == pytest.approx((-0.2 - 1.9, -0.2 + 0.95))
    assert contrast.interval.level == 0.95


def test_untestable_contrasts_state_why_and_count_in_the_family() -> None:
    small, missing, decided = decide_family([measured(0.01, floor=0.9), NOT_COMPARED, measured(0.01)], 0.05)
    assert (small.conclusion, small.needs_runs) == ("untestable", True)
    assert small.reason == "no result of this number of runs could reach alpha"
    assert small.p_adjusted is None
    assert small.interval is not None
    assert missing == NOT_COMPARED.contrast
    assert decided.p_adjusted == pytest.approx(0.03)


def test_the_smallest_p_of_all_contrasts_decide_what_is_testable() -> None:
    assert family.testable([0.02, 0.02, 0.9], 0.05) == [False, False, False]
    assert family.testable([0.01, 0.02, 0.9], 0.05) == [True, True, False]
    assert family.testable([0.05], 0.05) == [True]


def test_claims_in_order_are_tested_until_one_is_not_supported() -> None:
    claims = [[measured(0.04)], [measured(0.2), measured(0.01)], [measured(0.06)], [measured(0.01)]]
    contrasts = decide_in_order([*claims, [NOT_COMPARED]], 0.05)
    assert conclusions(contrasts) == [
        *("supported", "inconclusive", "supported", "inconclusive", "inconclusive", "untestable")
    ]
    assert [contrast.reason for contrast in contrasts] == ["", "", "", "", NOT_TESTED, "failed"]
    assert [contrast.p_adjusted for contrast in contrasts] == pytest.approx([0.04, 0.2, 0.02, 0.06, None, None])


def test_no_claim_is_tested_after_the_first_that_is_not_supported() -> None:
    not_supported, supported = [measured(0.06)], [measured(0.01)]
    contrasts = decide_in_order([not_supported, supported, supported], 0.05)
    assert [contrast.reason for contrast in contrasts] == ["", NOT_TESTED, NOT_TESTED]
