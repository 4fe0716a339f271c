"""Adjusted p values, compared with published examples and with statsmodels."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from agents.statistics import at_most, benjamini_hochberg, holm

# Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289, § 4: at 5% they reject the first four.
PUBLISHED_PS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
PUBLISHED_PS += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


@pytest.fixture
def frozen_heap() -> Iterator[None]:
    """Exclude imported modules from garbage collection, which Holm in statsmodels triggers at each call."""
    gc.freeze()
    yield
    gc.unfreeze()


def adjusted_by_holm(ps: list[float]) -> tuple[float, ...]:
    return tuple(step.p_adjusted for step in holm(ps, 0.05))


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize(
    ("adjust", "method"), [(adjusted_by_holm, "holm"), (benjamini_hochberg, "fdr_bh")], ids=["holm", "bh"]
)
@given(ps=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_equals_statsmodels(
    adjust: Callable[[list[float]], tuple[float, ...]], method: str, ps: list[float]
) -> None:
    assert adjust(ps) == pytest.approx(tuple(multipletests(ps, method=method)[1]))


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        ([], ()),
        ([0.03], (0.03,)),
        ([0.01, 0.04, 0.03, 0.005], (0.03, 0.06, 0.06, 0.02)),
        ([0.5, 0.9], (1.0, 1.0)),
    ],
    ids=["no p", "one p", "monotone", "at most one"],
)
def test_holm_equals_a_calculation_by_hand(ps: list[float], expected: tuple[float, ...]) -> None:
    assert adjusted_by_holm(ps) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ps", "levels"),
    [
        ([0.04], [0.05]),
        ([0.06], [0.05]),
        ([0.01, 0.02, 0.04], [0.05 / 3, 0.05 / 2, 0.05]),
        ([0.04, 0.01, 0.02], [0.05, 0.05 / 3, 0.05 / 2]),
        ([0.01, 0.03, 0.04], [0.05 / 3, 0.05 / 2, 0.05 / 2]),
        ([0.02, 0.021, 0.9], [0.05 / 3] * 3),
    ],
    ids=["rejected", "not rejected", "all rejected", "in the given order", "stops at the second", "stops at the first"],
)
def test_level_of_a_step_agrees_with_the_decision(ps: list[float], levels: list[float]) -> None:
    """A test that is not rejected has the level at which Holm stopped."""
    assert [step.alpha for step in holm(ps, 0.05)] == pytest.approx(levels)


@given(ps=st.lists(st.floats(0, 0.1), min_size=1, max_size=8))
def test_p_is_at_most_the_level_of_its_step_if_and_only_if_it_is_rejected(ps: list[float]) -> None:
    for p, step in zip(ps, holm(ps, 0.05), strict=True):
        if abs(p - step.alpha) > 1e-9:
            assert (p < step.alpha) == (step.p_adjusted <= 0.05 * (1 + 1e-9))


def test_benjamini_hochberg_reproduces_the_example_of_its_authors() -> None:
    adjusted = benjamini_hochberg(PUBLISHED_PS)
    m = len(PUBLISHED_PS)
    assert adjusted == pytest.approx([min(m * PUBLISHED_PS[j] / (j + 1) for j in range(i, m)) for i in range(m)])
    assert [p <= 0.05 for p in adjusted] == [True] * 4 + [False] * 11


def test_benjamini_hochberg_keeps_the_given_order() -> None:
    assert benjamini_hochberg([0.04, 0.01]) == pytest.approx((0.04, 0.02))
    assert benjamini_hochberg([]) == ()


@pytest.mark.parametrize("family", [1, 2, 5, 9])
def test_holm_equals_statsmodels_with_ties(family: int) -> None:
    ps = np.random.default_rng(family).choice([0.001, 0.01, 0.01, 0.02, 0.05, 0.3, 1.0], family).tolist()
    assert adjusted_by_holm(ps) == tuple(multipletests(ps, method="holm")[1])


@pytest.mark.parametrize(
    ("p", "reaches"),
    [(0.05, True), (0.05 * (1 + 1e-9), True), (0.05 * (1 + 3e-9), False), (0.05 * (1 - 1e-9), True)],
    ids=["alpha", "alpha with the largest rounding error", "more than alpha", "less than alpha"],
)
def test_p_may_exceed_alpha_by_a_rounding_error(p: float, reaches: bool) -> None:
    assert at_most(p, 0.05) == reaches
