"""Differences of means that generalise over both seeds and test items."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.statistics.sample import UnusableSample
from agents.statistics.welch import Welch

Scores = NDArray[np.float64]  # (runs, items): the value of each test item in each run of an arm
Component = tuple[float, float]  # estimated variance of the difference, and its degrees of freedom


@dataclass(frozen=True)
class CrossedScores:
    """The scores of both arms in one block. Column i is the same item in all runs and blocks with this test set."""

    treatment: Scores
    control: Scores
    test_set: str = ""


@dataclass(frozen=True)
class CrossedDifference:
    """Treatment minus control. `seed_error` and `item_error` are the standard errors by source of variance.

    `estimate` has the standard error and the degrees of freedom of both sources together.
    """

    estimate: Welch
    seed_error: float
    item_error: float
    items: int


def crossed_difference(
    blocks: Sequence[CrossedScores], *, paired: bool = False, groups: Sequence[int] | None = None
) -> CrossedDifference:
    """Return the unweighted mean over blocks of the difference of means, with errors over seeds and items.

    Seeds and items are crossed random factors. The variance is that of the run means, plus that of the item
    differences, minus the interaction, which is contained in both. It is at least as large as either part. A bootstrap
    over seeds and items is too narrow for few seeds, and counts the interaction twice.
    Sources: Cornfield & Tukey, Ann. Math. Stat. 27 (1956) 907; Satterthwaite, Biometrics Bulletin 2 (1946) 110, for
    the degrees of freedom; Clark, J. Verbal Learn. Verbal Behav. 12 (1973) 335, for the application to items.

    Args:
        blocks: one pair of tables for each block. Blocks with different test sets have independent items.
        paired: row r of both tables of a block belongs to the same seed.
        groups: blocks with equal numbers share their seeds: row r of an arm has the same seed in all of them. By
            default, no blocks share seeds.

    Raises:
        UnusableSample: A table has fewer than two runs or items, the tables do not fit together, or nothing varies.
    """
    for block in blocks:
        _check(block, paired)
    items = _item_components(blocks)
    tables = _independent_tables(blocks, paired, list(groups or range(len(blocks))))
    seeds = [seed_component(list(by_test_set.values())) for by_test_set in tables.values()]
    interactions = [interaction_component(table) for by_test_set in tables.values() for table in by_test_set.values()]
    seed, item, interaction = (sum(variance for variance, _ in part) for part in (seeds, items, interactions))
    variance = max(seed + item - interaction, seed, item)
    squares = sum(value**2 / degrees for value, degrees in (*seeds, *items, *interactions))
    if variance <= 0:
        raise UnusableSample("no score varies over seeds or items, so the standard error is zero")
    difference = float(np.mean([block.treatment.mean() - block.control.mean() for block in blocks]))
    estimate = Welch(difference, math.sqrt(variance), variance**2 / squares)
    return CrossedDifference(estimate, math.sqrt(seed), math.sqrt(item), sum(int(degrees) + 1 for _, degrees in items))


def _check(block: CrossedScores, paired: bool) -> None:
    shapes = block.treatment.shape, block.control.shape
    if any(len(shape) != 2 or min(shape) < 2 for shape in shapes) or shapes[0][1] != shapes[1][1]:
        raise UnusableSample(f"both arms need two runs on the same two or more items, got {shapes[0]} and {shapes[1]}")
    if paired and shapes[0] != shapes[1]:
        raise UnusableSample(f"pairs need equal numbers of runs, got {shapes[0][0]} and {shapes[1][0]}")
    if not all(np.isfinite(scores).all() for scores in (block.treatment, block.control)):
        raise UnusableSample("a score is not finite")


def _tables(block: CrossedScores, paired: bool) -> list[Scores]:
    """Return the independent tables whose means are added or subtracted."""
    return [block.treatment - block.control] if paired else [block.treatment, block.control]


def _independent_tables(
    blocks: Sequence[CrossedScores], paired: bool, groups: Sequence[int]
) -> dict[tuple[int, int], dict[str, Scores]]:
    """Return the sum of the weighted tables with the same seeds, by group and arm, and by test set."""
    tables: dict[tuple[int, int], dict[str, Scores]] = {}
    for group, block in zip(groups, blocks, strict=True):
        for arm, table in enumerate(_tables(block, paired)):
            by_test_set = tables.setdefault((group, arm), {})
            by_test_set[block.test_set] = by_test_set.get(block.test_set, 0.0) + table / len(blocks)
    return tables


def seed_component(tables: Sequence[Scores]) -> Component:
    """Return the variance of the mean over runs. Rows with the same number in all tables are the same run."""
    means = np.sum([table.mean(axis=1) for table in tables], axis=0)
    return float(means.var(ddof=1)) / len(means), len(means) - 1


def interaction_component(table: Scores) -> Component:
    """Return the part of the variance that both the run means and the item means contain."""
    residuals = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    degrees = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float((residuals**2).sum()) / degrees / table.size, degrees


def _item_components(blocks: Sequence[CrossedScores]) -> list[Component]:
    """Return the variance over the items of each test set. Within a test set, the differences of an item add up."""
    sums: dict[str, Scores] = {}
    for block in blocks:
        differences = (block.treatment.mean(axis=0) - block.control.mean(axis=0)) / len(blocks)
        if sums.setdefault(block.test_set, np.zeros_like(differences)).shape != differences.shape:
            raise UnusableSample("two blocks have different numbers of items of the same test set")
        sums[block.test_set] = sums[block.test_set] + differences
    return [(float(values.var(ddof=1)) / len(values), len(values) - 1) for values in sums.values()]
