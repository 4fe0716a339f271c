"""The two-sided p of an effect, from the one-sided p of its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from agents.statistics.bounds.bound_tests import ResampledEffect
from agents.statistics.bounds.permutation import Tails
from agents.statistics.bounds.tested_effect import BoundP, TestedEffect
from agents.statistics.intervals import Interval
from agents.statistics.stratified_bootstrap import Resampled


@dataclass(frozen=True)
class FixedEffect(TestedEffect):
    """An effect with two tests, whose one-sided p are known at each bound."""

    tails_by_bound: Mapping[float, tuple[Tails, Tails]]

    difference = 0.5
    floor = 0.01
    method = "fixed"

    def tails(self, bound: float) -> Mapping[str, Tails]:
        return dict(zip(("first", "second"), self.tails_by_bound[bound], strict=True))

    def interval(self, level: float) -> Interval:
        return Interval(0.0, 1.0, level)


EFFECT = FixedEffect(
    {
        0.0: (Tails(0.01, 0.99), Tails(0.7, 0.3)),
        -0.5: (Tails(0.02, 0.98), Tails(0.2, 0.8)),
        0.5: (Tails(0.9, 0.1), Tails(0.6, 0.03)),
    }
)


def test_a_two_sided_p_is_twice_the_smaller_tail() -> None:
    assert EFFECT.differs_from(0.0).parts == pytest.approx({"first": 0.02, "second": 0.6})
    assert Tails(0.6, 0.7).two_sided == 1.0


def test_a_p_in_one_direction_is_twice_that_tail_and_at_most_one() -> None:
    assert EFFECT.exceeds(0.0).parts == pytest.approx({"first": 0.02, "second": 1.0})
    assert EFFECT.falls_below(0.0).parts == pytest.approx({"first": 1.0, "second": 0.6})


def test_equivalence_has_the_larger_p_of_both_directions_for_each_test() -> None:
    assert EFFECT.is_within(0.5).parts == pytest.approx({"first": 0.2, "second": 0.4})


def test_all_tests_have_to_agree() -> None:
    assert BoundP({"first": 0.02, "second": 0.6}).p == 0.6


def test_smallest_p_of_a_bootstrap_is_that_of_both_directions_below_all_resamples() -> None:
    """A bound of minus infinity lies below every resample, so its one-sided p is the smallest that there is."""
    distribution = np.linspace(-1.0, 1.0, 9_999)
    resampled = Resampled(0.0, distribution, inflation=1.0, degrees=18)
    effect = ResampledEffect(resampled, "difference")
    assert effect.floor == 2 * resampled.p_above(-np.inf)
    assert 0 < effect.floor < 0.01
    assert effect.differs_from(-2.0).p == effect.floor
