"""Compute the difference of means for every relabelling of the runs within strata, or for a random sample of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from agents.statistics.bounds.strata import Stratum

EXACT_LIMIT = 200_000  # up to this number, relabellings are enumerated
RESAMPLES = 199_999  # for larger samples; with the +1 correction the smallest p is below every exact one


def relabelled_differences(strata: Sequence[Stratum], shift: float) -> tuple[float, NDArray[np.float64]]:
    """Return the observed difference and that of each relabelling, after `shift` is subtracted from the treatment.

    Both are weighted sums over the strata.
    """
    samples = [(np.array(s.treatment) - shift, np.array(s.control), s.weight) for s in strata]
    observed = sum(weight * float(treatment.mean() - control.mean()) for treatment, control, weight in samples)
    if math.prod(math.comb(len(t) + len(c), len(t)) for t, c, _ in samples) <= EXACT_LIMIT:
        null = np.zeros(1)
        for treatment, control, weight in samples:
            chosen = _every_choice(len(treatment) + len(control), min(len(treatment), len(control)))
            null = np.add.outer(null, weight * _differences(treatment, control, chosen)).ravel()
        return observed, null
    null = np.zeros(RESAMPLES)
    for number, (treatment, control, weight) in enumerate(samples):
        chosen = _drawn_choices(len(treatment) + len(control), min(len(treatment), len(control)), number)
        null += weight * _differences(treatment, control, chosen)
    return observed, null


def _differences(
    treatment: NDArray[np.float64], control: NDArray[np.float64], chosen: NDArray[np.uint16]
) -> NDArray[np.float64]:
    """Return the difference of means for each choice of the runs that form the smaller arm."""
    pool = np.concatenate([treatment, control])
    sums, total, size = pool[chosen].sum(axis=1), pool.sum(), chosen.shape[1]
    differences: NDArray[np.float64] = sums / size - (total - sums) / (pool.size - size)
    return differences if len(treatment) == size else -differences


@lru_cache(maxsize=16)
def _every_choice(n: int, size: int) -> NDArray[np.uint16]:
    """Return every choice of `size` from `n` runs, one in each row."""
    members = chain.from_iterable(combinations(range(n), size))
    return np.fromiter(members, np.uint16, math.comb(n, size) * size).reshape(-1, size)


@lru_cache(maxsize=64)
def _drawn_choices(n: int, size: int, number: int) -> NDArray[np.uint16]:
    """Return random choices of `size` from `n` runs, with a fixed seed for each stratum."""
    ranks = np.random.default_rng(number).random((RESAMPLES, n), dtype=np.float32).argpartition(size - 1, axis=1)
    return ranks[:, :size].astype(np.uint16)
