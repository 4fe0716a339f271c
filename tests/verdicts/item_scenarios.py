"""No effect on new seeds and new test items, and no effect on interquartile means over tasks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from agents.registered_test.observation import Observation
from tests.verdicts.block_scenarios import blocks
from tests.verdicts.scenario import BOTH, Look, Random, Scenario, look

_ITEMS = 200
_OVER_ITEMS = ("seed", "item")


def item_scenarios() -> Iterator[Scenario]:
    for seed_sd, own_sd, name in ((0.05, 1.0, "items dominate"), (0.6, 0.2, "seeds dominate"), (0.15, 0.5, "both")):
        yield Scenario(f"no effect on new items and seeds, {_ITEMS} items, 5 against 5, {name}", items(seed_sd, own_sd))
    unbounded = dict.fromkeys(BOTH)
    note = "a test over seeds does not generalise over items"
    over_seeds = items(0.05, 1.0, ("seed",))
    yield Scenario("no effect on new items, tested over seeds only, 5 against 5", over_seeds, unbounded, note=note)
    for ratio in (1, 10):
        name = f"no effect, interquartile mean of 2 tasks, 10 against 10, treatment sd x {ratio}"
        yield Scenario(name, blocks([(10, 10)] * 2, (1, 1), ratio, aggregate="iqm"))
    at_bound = blocks([(10, 10)] * 2, (1, 1), shift=1.0, margin=1.0, aggregate="iqm")
    yield Scenario("superiority by 1 sd of the interquartile mean, true difference 1 sd, 10 against 10", at_bound)


def items(seed_sd: float, own_sd: float, sources: tuple[str, ...] = _OVER_ITEMS) -> Callable[[Random], Sequence[Look]]:
    """Return experiments in which both arms answer new items with the same probabilities, on average over items.

    `seed_sd` is the standard deviation of the logit between runs, `own_sd` that between the arms for a given item.
    """

    def draw(random: Random) -> Sequence[Look]:
        difficulty = random.normal(1, 2, _ITEMS)
        arms = [_correct(random, difficulty + random.normal(0, own_sd, _ITEMS), seed_sd) for _ in range(2)]
        means = [list(map(float, arm.mean(axis=1))) for arm in arms]
        drawn = look(means[0], means[1], generalize_to=sources)
        scores = [*arms[1], *arms[0]]  # the runs of a look begin with the control
        runs = [
            _with_predictions(run, n, row) for n, (run, row) in enumerate(zip(drawn.observations, scores, strict=True))
        ]
        return [replace(drawn, observations=tuple(runs))]

    return draw


def _correct(random: Random, logits: np.ndarray, seed_sd: float) -> np.ndarray:
    return random.random((5, _ITEMS)) < 1 / (1 + np.exp(-logits - random.normal(0, seed_sd, (5, 1))))


def _with_predictions(run: Observation, number: int, correct: np.ndarray) -> Observation:
    """Write predictions.npz of the run, over that of the experiment before."""
    path = _folder() / f"{number}.npz"
    np.savez(path, ids=np.arange(_ITEMS), correct=correct)
    return replace(run, predictions=path)


@cache
def _folder() -> Path:
    """Return a folder of this process, which is removed when the process ends."""
    folder = tempfile.TemporaryDirectory()
    _FOLDERS.append(folder)
    return Path(folder.name)


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
