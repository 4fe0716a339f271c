"""Differences of means over all relabellings, compared with enumeration, and over random ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pytest

from agents.statistics.bounds.relabelling import EXACT_LIMIT, RESAMPLES, relabelled_differences
from agents.statistics.bounds.strata import Stratum


def values(n: int, start: int = 0) -> tuple[float, ...]:
    """Return numbers whose sums of different choices differ."""
    return tuple(float(2 ** (k + start)) for k in range(n))


def enumerated(strata: Sequence[Stratum], shift: float) -> tuple[float, list[float]]:
    """Return the observed difference and that of all relabellings, in increasing order."""
    observed, parts = 0.0, []
    for stratum in strata:
        pool, size = [*(value - shift for value in stratum.treatment), *stratum.control], len(stratum.treatment)
        observed += stratum.weight * (sum(pool[:size]) / size - sum(pool[size:]) / (len(pool) - size))
        sums = [sum(chosen) for chosen in combinations(pool, size)]
        parts.append([stratum.weight * (s / size - (sum(pool) - s) / (len(pool) - size)) for s in sums])
    return observed, sorted(map(sum, product(*parts)))


@pytest.mark.parametrize("shift", [0.0, 1.5], ids=["no shift", "shift"])
@pytest.mark.parametrize(
    "strata",
    [
        pytest.param([Stratum(values(3), values(3, 3))], id="equal sizes"),
        pytest.param([Stratum(values(2), values(5, 2))], id="smaller treatment"),
        pytest.param([Stratum(values(5), values(2, 5))], id="smaller control"),
        pytest.param([Stratum(values(5), values(5, 5))], id="a pool of ten"),
        pytest.param([Stratum(values(5), values(6, 5))], id="a pool of eleven is halved"),
        pytest.param([Stratum(values(11), values(2, 11))], id="two of thirteen"),
        pytest.param([Stratum(values(2), values(2, 2), 0.25), Stratum(values(3), values(2, 3), -1)], id="two strata"),
    ],
)
def test_every_relabelling_gives_its_difference(strata: list[Stratum], shift: float) -> None:
    observed, null = relabelled_differences(strata, shift)
    expected_observed, expected = enumerated(strata, shift)
    assert observed == pytest.approx(expected_observed)
    assert np.sort(null) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sizes", "enumerates"),
    [((9, 9), True), ((10, 10), True), ((11, 9), True), ((10, 11), False), ((11, 11), False)],
    ids=["48,620", "184,756", "167,960", "352,716", "705,432"],
)
def test_up_to_200_000_relabellings_are_enumerated(sizes: tuple[int, int], enumerates: bool) -> None:
    rng = np.random.default_rng(0)
    _, null = relabelled_differences([Stratum(*(tuple(rng.normal(size=n).tolist()) for n in sizes))], 0.0)
    assert null.size == (math.comb(sum(sizes), sizes[0]) if enumerates else RESAMPLES)


def test_relabellings_of_strata_are_multiplied() -> None:
    strata = [Stratum(values(4), values(4, 4))] * 3
    assert relabelled_differences(strata[:2], 0.0)[1].size == 70**2
    assert relabelled_differences(strata, 0.0)[1].size == RESAMPLES == EXACT_LIMIT - 1


def test_exactly_200_000_relabellings_are_enumerated() -> None:
    """Choices of three from six, and of two from five in four more strata."""
    strata = [Stratum(values(3), values(3, 3)), *[Stratum(values(2), values(3, 2))] * 4]
    assert relabelled_differences(strata, 0.0)[1].size == EXACT_LIMIT


def test_every_run_of_a_random_relabelling_is_as_likely_as_the_others_to_be_in_an_arm() -> None:
    """With a single one among zeros, the difference states which arm has it."""
    tolerance = 5 * math.sqrt(0.25 / RESAMPLES)
    for position in (0, 5, 12, 21):
        pool = np.eye(22)[position].tolist()
        _, null = relabelled_differences([Stratum(tuple(pool[:13]), tuple(pool[13:]), 2.0)], 0.0)
        assert null.size == RESAMPLES
        assert set(np.round(null, 9)) == {round(2 / 13, 9), round(-2 / 9, 9)}
        assert np.mean(null > 0) == pytest.approx(13 / 22, abs=tolerance)


def test_random_relabellings_of_two_strata_are_independent() -> None:
    rng = np.random.default_rng(1)
    same = Stratum(tuple(rng.normal(size=11).tolist()), tuple(rng.normal(size=11).tolist()))
    _, alone = relabelled_differences([same], 0.0)
    _, both = relabelled_differences([same, same], 0.0)
    assert both.var() == pytest.approx(2 * alone.var(), rel=0.03)
    moved, _ = relabelled_differences([same, same], 0.5)
    observed, _ = relabelled_differences([same, same], 0.0)
    assert moved == pytest.approx(observed - 1.0)
