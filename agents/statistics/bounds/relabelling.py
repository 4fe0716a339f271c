"""Compute the difference of means for every relabelling of the runs within strata, or for a random sample of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from agents.statistics.bounds.strata import Stratum

Array = NDArray[np.float64]
EXACT_LIMIT = 200_000  # up to this number, relabellings are enumerated
RESAMPLES = 199_999  # for larger samples; with the +1 correction the smallest p is below every exact one
_SMALL_POOL = 10  # runs


def relabelled_differences(strata: Sequence[Stratum], shift: float) -> tuple[float, Array]:
    """Return the observed difference and that of each relabelling, after `shift` is subtracted from the treatment.

    Both are weighted sums over the strata.
    """
    samples = [(np.array(s.treatment) - shift, np.array(s.control), s.weight) for s in strata]
    observed = sum(weight * float(treatment.mean() - control.mean()) for treatment, control, weight in samples)
    if math.prod(math.comb(len(t) + len(c), len(t)) for t, c, _ in samples) <= EXACT_LIMIT:
        null = np.zeros(1)
        for treatment, control, weight in samples:
            sums = _every_sum(np.concatenate([treatment, control]), min(len(treatment), len(control)))
            null = np.add.outer(null, weight * _differences(treatment, control, sums)).ravel()
        return observed, null
    null = np.zeros(RESAMPLES)
    for number, (treatment, control, weight) in enumerate(samples):
        chosen = _drawn_choices(len(treatment) + len(control), min(len(treatment), len(control)), number)
        sums = np.concatenate([treatment, control])[chosen].sum(axis=0)
        null += weight * _differences(treatment, control, sums)
    return observed, null


def _differences(treatment: Array, control: Array, sums: Array) -> Array:
    """Return the difference of means for each sum of the runs that form the smaller arm."""
    total, size = treatment.sum() + control.sum(), min(len(treatment), len(control))
    differences: Array = sums / size - (total - sums) / (len(treatment) + len(control) - size)
    return differences if len(treatment) == size else -differences


def _every_sum(pool: Array, size: int) -> Array:
    """Return the sum of every choice of `size` runs.

    In a large pool, the sums of the choices from its two halves are added. This takes one addition for each choice.
    """
    if len(pool) <= _SMALL_POOL:
        sums: Array = pool[_every_choice(len(pool), size)].sum(axis=1)
        return sums
    left, right = np.split(pool, [len(pool) // 2])
    parts = range(max(0, size - len(right)), min(size, len(left)) + 1)
    return np.concatenate(
        [np.add.outer(_every_sum(left, part), _every_sum(right, size - part)).ravel() for part in parts]
    )


@lru_cache(maxsize=128)
def _every_choice(n: int, size: int) -> NDArray[np.uint16]:
    """Return every choice of `size` from `n` runs, one in each row."""
    members = chain.from_iterable(combinations(range(n), size))
    return np.fromiter(members, np.uint16, math.comb(n, size) * size).reshape(math.comb(n, size), size)


@lru_cache(maxsize=64)
def _drawn_choices(n: int, size: int, number: int) -> NDArray[np.uint16]:
    """Return random choices of `size` from `n` runs, one in each column, with a fixed seed for each stratum."""
    ranks = np.random.default_rng(number).random((RESAMPLES, n), dtype=np.float32).argpartition(size - 1, axis=1)
    return np.ascontiguousarray(ranks[:, :size].T, dtype=np.uint16)
