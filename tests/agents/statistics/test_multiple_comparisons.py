"""Many comparisons at once, against published examples and against integrals done another way."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.multitest import multipletests

from agents.statistics import UnusableSample, benjamini_hochberg, dunnett, holm

# Dunnett, JASA 50 (1955) 1096: blood counts of animals under two drugs and none.
COUNTS = [7.40, 8.50, 7.20, 8.24, 9.84, 8.32]
DRUGS = [[9.76, 8.80, 7.68, 9.36], [12.80, 9.68, 12.16, 9.20, 10.55]]
# Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289, § 4: at 5% they reject the first four.
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
FIFTEEN += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def integrated_p(control: Sequence[float], treatments: Sequence[Sequence[float]], index: int) -> float:
    """P(max |T| > observed) as a double integral over the control's error and the pooled sd."""
    groups = [control, *treatments]
    freedom = sum(map(len, groups)) - len(groups)
    pooled = np.sqrt(sum(np.var(one) * len(one) for one in groups) / freedom)
    ours = treatments[index]
    t = abs(np.mean(ours) - np.mean(control)) / pooled / np.sqrt(1 / len(ours) + 1 / len(control))
    shared = [np.sqrt(len(one) / (len(one) + len(control))) for one in treatments]

    z, s = np.linspace(-7, 7, 501)[:, None], np.linspace(1e-6, 4, 501)[None, :]
    inside = stats.norm.pdf(z) * stats.chi.pdf(s * np.sqrt(freedom), freedom) * np.sqrt(freedom)
    for w in shared:
        reach = np.sqrt(1 - w**2)
        inside = inside * (stats.norm.cdf((w * z + t * s) / reach) - stats.norm.cdf((w * z - t * s) / reach))
    return float(1 - integrate.trapezoid(integrate.trapezoid(inside, s[0], axis=1), z[:, 0]))


def test_dunnetts_own_example() -> None:
    found = dunnett(COUNTS, DRUGS)
    assert [one.p for one in found] == pytest.approx([0.6201, 0.0058], abs=5e-4)
    assert [one.p for one in found] == pytest.approx([integrated_p(COUNTS, DRUGS, at) for at in (0, 1)], abs=5e-4)
    assert [one.difference for one in found] == pytest.approx([0.65, 2.628], abs=1e-3)


@pytest.mark.parametrize(
    ("k", "n", "critical"), [(2, 5, 2.50), (3, 6, 2.54), (2, 8, 2.37)], ids=["df 12", "df 20", "df 21"]
)
def test_the_limits_are_those_of_dunnetts_table(k: int, n: int, critical: float) -> None:
    """Two-sided 5% points, Dunnett, Biometrics 20 (1964) 482, table II."""
    arm = list(range(n))
    against = dunnett(arm, [arm] * k)[0]
    assert against.high / (np.std(arm, ddof=1) * np.sqrt(2 / n)) == pytest.approx(critical, abs=0.01)
    assert against.low == pytest.approx(-against.high, rel=1e-2)


def test_dunnett_is_the_same_in_every_process() -> None:
    assert dunnett(COUNTS, DRUGS) == dunnett(COUNTS, DRUGS)


@pytest.mark.parametrize(
    ("control", "treatments", "why"),
    [
        ([0.5], [[0.5, 0.6]], "two values"),
        ([0.5, 0.6], [], "two values"),
        ([0.5, 0.5], [[0.6, 0.6]], "no arm varies"),
    ],
    ids=["one run of the control", "no treatment", "no variance"],
)
def test_what_dunnett_cannot_judge(control: list[float], treatments: list[list[float]], why: str) -> None:
    with pytest.raises(UnusableSample, match=why):
        dunnett(control, treatments)


@pytest.fixture
def frozen_heap() -> Iterator[None]:
    """statsmodels' Holm collects garbage at every call, over all that was ever imported unless it is set aside."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize(("adjust", "method"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")], ids=["holm", "bh"])
@given(ps=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_as_statsmodels_adjusts(
    adjust: Callable[[list[float]], tuple[float, ...]], method: str, ps: list[float]
) -> None:
    assert adjust(ps) == pytest.approx(tuple(multipletests(ps, method=method)[1]))


def test_benjamini_and_hochbergs_own_example() -> None:
    found = benjamini_hochberg(FIFTEEN)
    m = len(FIFTEEN)
    assert found == pytest.approx([min(m * FIFTEEN[j] / (j + 1) for j in range(i, m)) for i in range(m)])
    assert [p <= 0.05 for p in found] == [True] * 4 + [False] * 11


def test_false_finds_are_adjusted_in_the_order_given() -> None:
    assert benjamini_hochberg([0.04, 0.01]) == pytest.approx((0.04, 0.02))
    assert benjamini_hochberg([]) == ()


@pytest.mark.parametrize("family", [1, 2, 5, 9])
def test_holm_is_what_statsmodels_makes_of_it(family: int) -> None:
    ps = np.random.default_rng(family).choice([0.001, 0.01, 0.01, 0.02, 0.05, 0.3, 1.0], family).tolist()
    assert holm(ps) == tuple(multipletests(ps, method="holm")[1])
