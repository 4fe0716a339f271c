"""No effect in blocks and pairs whose means, sizes and standard deviations differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tests.verdicts.scenario import Look, Random, Scenario, look


def block_scenarios() -> Iterator[Scenario]:
    for n in (2, 3, 5):
        for ratio in (1, 10):
            for sds in ((1, 10, 100), (1, 1, 1)):
                name = f"no effect, 3 blocks of {n} against {n} with sd {_listed(sds)}, treatment sd x {ratio}"
                yield Scenario(name, blocks([(n, n)] * 3, sds, ratio))
    yield Scenario("no effect, 2 blocks of 5 against 3, sd 1 and 10", blocks([(5, 3)] * 2, (1, 10)))
    for n in (2, 3):
        name = f"no effect, 2 blocks of {n} against 8, treatment sd x 10"
        yield Scenario(name, blocks([(n, 8)] * 2, (1, 1), 10))
    at_bound = blocks([(4, 4)] * 3, (1, 1, 1), shift=1.0, margin=1.0)
    yield Scenario("superiority by 1 sd, true difference 1 sd, 3 blocks of 4 against 4", at_bound)
    for n in (6, 8, 10):
        yield Scenario(f"no effect, {n} pairs with equal sd", pairs([1.0] * n))
        yield Scenario(f"no effect, {n} pairs with sd from 1 to 1000", pairs(np.geomspace(1, 1000, n), ratio=3))
        single_runs = blocks([(1, 1)] * n, [1.0] * n)
        yield Scenario(f"no effect, {n} blocks of one run against one", single_runs)


def blocks(
    sizes: Sequence[tuple[int, int]], sds: Sequence[float], ratio: float = 1.0, *, shift: float = 0.0, **claim: Any
) -> Callable[[Random], Sequence[Look]]:
    """Return blocks with their own mean and sd. `sizes` are (treatment, control), `ratio` is sd treatment / control."""

    def draw(random: Random) -> Sequence[Look]:
        means = random.normal(0, 50, len(sizes))
        rows = list(enumerate(zip(means, sizes, sds, strict=True)))
        treatment = {str(task): random.normal(mean + shift, sd * ratio, n) for task, (mean, (n, _), sd) in rows}
        return [look(treatment, {str(task): random.normal(mean, sd, n) for task, (mean, (_, n), sd) in rows}, **claim)]

    return draw


def pairs(
    sds: Sequence[float], ratio: float = 1.0, *, shift: float = 0.0, **claim: Any
) -> Callable[[Random], Sequence[Look]]:
    """Return pairs that share the mean of their seed."""

    def draw(random: Random) -> Sequence[Look]:
        means = random.normal(0, 50, len(sds))
        treatment = random.normal(means + shift, np.multiply(sds, ratio))
        return [look(treatment, random.normal(means, sds), paired=True, **claim)]

    return draw


def _listed(sds: Sequence[float]) -> str:
    return ", ".join(f"{sd:g}" for sd in sds)
