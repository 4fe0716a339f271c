"""Blocks and pairs: how runs of several settings are compared, and how many of them a test needs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from agents.registered_test.decision import compare
from tests.agents.registered_test.claim_runs import (
    BASE,
    BETTER_BASE,
    only,
    own_seeds,
    registered,
    shifted,
    two_arms,
)


def test_treatment_that_fails_on_one_of_two_data_sets_is_not_supported() -> None:
    """Without blocks, the completed runs on the easy data set would have looked better."""
    easy, hard = two_arms(shifted(0.001), data="easy"), two_arms([None] * 5, [0.4, 0.41, 0.42, 0.43, 0.44], data="hard")
    for policy in ("worst", "exclude", "refuse"):
        for block in ((), ("data",)):
            test = registered(on_failure=policy, block=block)
            pooled = [replace(run, block=run.block if block else "") for run in (*easy, *hard)]
            excluded_and_pooled = (policy, block) == ("exclude", ())  # the compiler refuses a factor that is no block
            assert compare(test, pooled).verdict != "supported" or excluded_and_pooled, (policy, block)


def test_blocks_are_averaged_without_weights_and_permuted_within() -> None:
    small, large = (
        two_arms([1.5, 2.5], [0.5, 1.5], data="x"),
        two_arms([15.0, 15.5, 16.0], [10.0, 10.5, 11.0], data="y"),
    )
    contrast = only(compare(registered(block=("data",)), own_seeds([*small, *large])))
    assert contrast.difference == pytest.approx((1 + 5) / 2)
    assert contrast.floor == pytest.approx(2 / (6 * 20))
    assert contrast.p_permutation == pytest.approx(2 * 2 / (6 * 20))  # the upper tail has a tie within the block x


def test_blocks_with_one_run_of_each_arm_are_pairs() -> None:
    values = [0.70, 0.75, 0.80, 0.85, 0.90, 0.6]
    better = [0.711, 0.759, 0.812, 0.858, 0.911, 0.609]
    blocked = [
        run
        for number, pair in enumerate(zip(better, values, strict=True))
        for run in two_arms([pair[0]], [pair[1]], data=f"d{number}")
    ]
    contrast = only(compare(registered(block=("data",)), own_seeds(blocked)))
    paired = only(compare(registered(paired=True), two_arms(better, values)))
    assert (contrast.p_permutation, contrast.p_welch) == (paired.p_permutation, paired.p_welch)
    assert contrast.p_welch == pytest.approx(stats.ttest_rel(better, values).pvalue)
    assert contrast.p_permutation == 2 / 2**6
    assert contrast.probability_of_superiority == 1.0


def test_seed_as_a_blocking_key_pairs_the_seeds_within_the_other_blocks() -> None:
    easy = two_arms([0.812, 0.811, 0.815, 0.818], BASE[:4], data="easy")
    hard = two_arms([0.43, 0.44, 0.42, 0.45], [0.40, 0.42, 0.41, 0.42], data="hard")
    runs_of_all = [*easy, *hard]
    blocked = [replace(run, block=f"data={run.settings['data']},seed={run.settings['seed']}") for run in runs_of_all]
    by_seed = only(compare(registered(block=("data", "seed")), blocked))
    paired = only(compare(registered(block=("data",), paired=True), runs_of_all))
    assert by_seed == paired
    assert (by_seed.n_treatment, by_seed.floor) == (4, 2 / 2**4)


def test_seed_without_a_partner_is_excluded_from_pairs_by_seed() -> None:
    observations = [
        replace(run, block=run.unit) for run in two_arms([*shifted(0.05), 0.9, 0.91, 0.9], [*BASE, 0.81, 0.8])
    ]
    comparison = compare(registered(block=("seed",)), observations)
    assert (only(comparison).n_treatment, comparison.verdict) == (7, "supported")
    assert "1 run(s) have no partner" in comparison.notes[0]


def test_pairs_within_blocks_have_one_variance_in_each_block() -> None:
    first, second = [0.011, 0.009, 0.012, 0.008], [0.03, 0.02, 0.04, 0.05]
    observations = [
        *two_arms([b + d for b, d in zip(BASE, first, strict=False)], BASE[:4], data="x"),
        *two_arms([b + d for b, d in zip(BASE, second, strict=False)], BASE[:4], data="y"),
    ]
    contrast = only(compare(registered(block=("data",), paired=True), own_seeds(observations)))
    error = math.sqrt(np.var(first, ddof=1) / 4 + np.var(second, ddof=1) / 4) / 2
    assert contrast.difference == pytest.approx((0.01 + 0.035) / 2)
    assert contrast.floor == 2 / 2**8
    assert contrast.interval is not None
    v = np.array([np.var(first, ddof=1), np.var(second, ddof=1)])
    quantile = stats.t.ppf(0.975, v.sum() ** 2 / (v**2 / 3).sum())
    assert contrast.interval.high - contrast.interval.low == pytest.approx(2 * quantile * error)


@pytest.mark.parametrize(
    ("blocks", "runs_of_arm", "fields", "required"),
    [
        (1, 3, {}, 4),
        (2, 2, {}, 3),
        (2, 2, {"shared": True}, 4),
        (5, 1, {}, 6),
        (5, 1, {"shared": True}, 4),
        (1, 4, {"paired": True}, 6),
        (1, 4, {"alpha": 0.001}, 7),
    ],
    ids=[
        "one block",
        "two blocks",
        "two blocks with the same seeds",
        "blocks with one run are pairs",
        "blocks with one seed are not",
        "pairs",
        "small alpha",
    ],
)
def test_required_n_counts_the_runs_of_each_block(
    blocks: int, runs_of_arm: int, fields: dict[str, Any], required: int
) -> None:
    observations = [
        run
        for number in range(blocks)
        for run in two_arms(shifted(0.001 * number, BETTER_BASE[:runs_of_arm]), BASE[:runs_of_arm], data=f"d{number}")
    ]
    shared = fields.pop("shared", False)
    test = registered(block=("data",), **fields)
    comparison = compare(test, observations if shared else own_seeds(observations))
    assert (comparison.verdict, comparison.required_n) == ("untestable", required)
