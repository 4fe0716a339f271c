"""No effect in blocks that share seeds, if runs with equal seeds are similar in all blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.registered_test.claims import RegisteredClaim
from tests.verdicts.interaction_scenarios import EITHER_DIRECTION
from tests.verdicts.scenario import METRIC, SIDE, Look, Random, Scenario, look

INTERACTION = RegisteredClaim("interaction", "treatment 0", 0.0, METRIC, "maximize", factors=("factor", "task"))


def shared_seed_scenarios() -> Iterator[Scenario]:
    """Yield the scenarios. The correlation is that between runs of an arm with equal seeds in two blocks."""
    for correlation in (0.0, 0.3, 0.6, 0.9):
        name = f"no effect, 3 blocks with the same 5 seeds, correlation {correlation:g}"
        yield Scenario(name, shared_seeds(3, 5, correlation))
        name = f"no effect, 3 blocks with the same 8 pairs of seeds, correlation {correlation:g}"
        yield Scenario(name, shared_seeds(3, 8, correlation, paired=True))
    name = "no effect, 3 blocks with the same 5 seeds, correlation 0.6, treatment sd x 10"
    yield Scenario(name, shared_seeds(3, 5, 0.6, ratio=10))
    name = "no effect, 3 blocks with the same 8 seeds, correlation 0.6, the worst 40% of the treatment fail"
    yield Scenario(name, shared_seeds(3, 8, 0.6, failing=0.4), {"supported": SIDE})
    complete = shared_seeds(3, 8, 0.6)
    name = "no effect, 3 blocks that lack a different one of 8 seeds, correlation 0.6"
    yield Scenario(name, lambda random: [_without_a_seed(drawn) for drawn in complete(random)])
    name = "superiority by 1 sd, true difference 1 sd, 3 blocks with the same 5 seeds, correlation 0.6"
    yield Scenario(name, shared_seeds(3, 5, 0.6, shift=1.0, margin=1.0))
    for correlation in (0.6, -0.6):
        name = f"no interaction, the same 5 seeds at both levels, correlation {correlation:g}"
        same_seeds = shared_seeds(2, 5, correlation, claims=(INTERACTION,))
        yield Scenario(name, same_seeds, {"supported": 2 * SIDE}, note=EITHER_DIRECTION)
    name = "no effect, interquartile mean of 2 tasks with the same 10 seeds, correlation 0.6"
    yield Scenario(name, shared_seeds(2, 10, 0.6, aggregate="iqm"))


def shared_seeds(
    blocks: int,
    seeds: int,
    correlation: float,
    *,
    ratio: float = 1.0,
    shift: float = 0.0,
    failing: float = 0.0,
    **claim: Any,
) -> Callable[[Random], Sequence[Look]]:
    """Return blocks with the same seeds. `ratio` is sd treatment / control; the worst `failing` of its runs fail."""

    def draw(random: Random) -> Sequence[Look]:
        means = random.normal(0, 50, (blocks, 1))
        control, treatment = (_correlated(random, blocks, seeds, correlation) for _ in range(2))
        failed = treatment < np.quantile(treatment, failing)
        values = np.where(failed, np.nan, treatment * ratio + means + shift)
        return [look(_by_block(values), _by_block(control + means), shared_seeds=True, **claim)]

    return draw


def _correlated(random: Random, blocks: int, seeds: int, correlation: float) -> NDArray[np.float64]:
    """Return values (blocks, seeds) with sd 1."""
    covariance = np.full((blocks, blocks), correlation) + np.eye(blocks) * (1 - correlation)
    return random.multivariate_normal(np.zeros(blocks), covariance, seeds).T


def _by_block(values: NDArray[np.float64]) -> dict[str, list[float | None]]:
    return {str(block): [None if np.isnan(v) else float(v) for v in row] for block, row in enumerate(values)}


def _without_a_seed(drawn: Look) -> Look:
    kept = [run for run in drawn.observations if run.settings["seed"] != run.settings["task"]]
    return replace(drawn, observations=tuple(kept))
