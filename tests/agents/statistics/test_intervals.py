"""Intervals for a mean and for the next run, against closed forms and tables."""

from __future__ import annotations

import math
from statistics import NormalDist, mean

import numpy as np
import pytest

from agents.statistics import UnusableSample, bootstrap_interval, prediction_interval

FIVE = [51.4, 49.5, 48.7, 49.3, 51.6]
TEN = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]


def bca_by_hand(values: list[float], level: float, resamples: int = 40_000) -> tuple[float, float]:
    """Efron's formulas, with another generator than the code's."""
    x = np.array(values)
    means = x[np.random.default_rng(7).integers(len(x), size=(resamples, len(x)))].mean(axis=1)
    normal, bias = NormalDist(), np.mean(means < x.mean()) + np.mean(means == x.mean()) / 2
    left_out = (x.sum() - x) / (len(x) - 1)
    spread = left_out.mean() - left_out
    acceleration = (spread**3).sum() / 6 / (spread**2).sum() ** 1.5
    z0 = normal.inv_cdf(bias)

    def limit(share: float) -> float:
        z = z0 + normal.inv_cdf(share)
        return float(np.quantile(means, normal.cdf(z0 + z / (1 - acceleration * z))))

    return limit((1 - level) / 2), limit((1 + level) / 2)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_bootstrap_is_efrons(level: float) -> None:
    found = bootstrap_interval(TEN, level)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(bca_by_hand(TEN, level), abs=0.06)
    assert found == bootstrap_interval(TEN[::-1], level)


@pytest.mark.parametrize("values", [TEN[:9], [0.5] * 12], ids=["nine values", "no variance"])
def test_where_no_bootstrap_is_made(values: list[float]) -> None:
    assert bootstrap_interval(values) is None


@pytest.mark.parametrize(("level", "t"), [(0.95, 2.776), (0.99, 4.604), (0.90, 2.132)], ids=["95%", "99%", "90%"])
def test_a_new_run_is_predicted_by_the_closed_form(level: float, t: float) -> None:
    """Student's t with four degrees of freedom, from any table."""
    found = prediction_interval(FIVE, level)
    sd = math.sqrt(sum((one - mean(FIVE)) ** 2 for one in FIVE) / 4)
    assert found.high - mean(FIVE) == pytest.approx(t * sd * math.sqrt(1.2), rel=5e-4)
    assert found.low + found.high == pytest.approx(2 * mean(FIVE))


@pytest.mark.parametrize("recorded", [[0.9], [0.9, 0.9]], ids=["one run", "no variance"])
def test_what_predicts_nothing(recorded: list[float]) -> None:
    with pytest.raises(UnusableSample, match="two recorded ones that differ"):
        prediction_interval(recorded)
