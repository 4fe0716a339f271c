"""Blocks that share seeds: each seed is one unit, whose value is its mean over the blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation

Table = Sequence[Sequence[float | None]]  # by block and seed
BLOCKED = RegisteredTest("accuracy", "maximize", "lr", "a", "b", block=("depth",))
CONTROL = [[0.80, 0.81, 0.82, 0.83, 0.84], [0.70, 0.74, 0.71, 0.72, 0.73]]
TREATMENT = [[0.90, 0.91, 0.92, 0.93, 0.97], [0.76, 0.78, 0.71, 0.79, 0.80]]


def observed(arms: Mapping[str, Table], seeds: Sequence[str] = "01234") -> list[Observation]:
    return [
        Observation(
            f"{level}{depth}{seed}",
            level,
            f"depth={depth}",
            f"depth={depth},seed={seed}",
            {"accuracy": value},
            "run" if value is None else None,
            settings={"depth": str(depth), "seed": seed},
        )
        for level, blocks in arms.items()
        for depth, values in enumerate(blocks)
        for seed, value in zip(seeds, values, strict=False)
    ]


def contrast_of(treatment: Table, control: Table = CONTROL, **fields: Any) -> Contrast:
    (contrast,) = compare(replace(BLOCKED, **fields), observed({"a": control, "b": treatment})).contrasts
    return contrast


def unblocked(treatment: Sequence[float], control: Sequence[float], **fields: Any) -> Contrast:
    """Return the contrast of runs without blocks."""
    arms = {"a": [control], "b": [treatment]}
    runs = [replace(run, block="", unit=run.settings["seed"], settings={}) for run in observed(arms)]
    (contrast,) = compare(replace(BLOCKED, block=(), **fields), runs).contrasts
    return contrast


def means(table: Any) -> list[float]:
    return [float(value) for value in np.mean(table, axis=0)]


@pytest.mark.parametrize("fields", [{}, {"paired": True, "alpha": 0.1}, {"minimum_effect": 0.03}], ids=str)
def test_means_of_seeds_are_tested_as_runs_without_blocks(fields: dict[str, Any]) -> None:
    blocked, single = contrast_of(TREATMENT, **fields), unblocked(means(TREATMENT), means(CONTROL), **fields)
    assert blocked.conclusion == single.conclusion
    assert (blocked.n_treatment, blocked.n_control) == (5, 5)
    assert blocked.floor == single.floor
    numbers = [(item.difference, item.p_welch, item.p_permutation, item.interval) for item in (blocked, single)]
    assert numbers[0][:3] == pytest.approx(numbers[1][:3])
    assert blocked.interval is not None
    assert single.interval is not None
    assert blocked.interval.low == pytest.approx(single.interval.low)
    assert blocked.method == f"{single.method} (the unit is the seed, with its mean over the 2 blocks that share it)"


def test_key_without_an_effect_does_not_multiply_the_seeds() -> None:
    """Three seeds in each arm cannot decide, also if each has been trained four times with equal results."""
    contrast = contrast_of([[0.9, 0.91, 0.92]] * 4, [[0.8, 0.81, 0.82]] * 4)
    assert (contrast.conclusion, contrast.n_treatment, contrast.floor) == ("untestable", 3, 0.1)


def test_failed_run_has_the_worst_value_before_the_mean_is_taken() -> None:
    failed = [[None, *TREATMENT[0][1:]], TREATMENT[1]]
    filled = [[0.70, *TREATMENT[0][1:]], TREATMENT[1]]
    assert contrast_of(failed).p_welch == pytest.approx(contrast_of(filled).p_welch)


def test_seed_with_a_failed_run_is_excluded_from_all_blocks() -> None:
    failed = [[None, *TREATMENT[0][1:]], TREATMENT[1]]
    contrast = contrast_of(failed, on_failure="exclude")
    assert (contrast.n_treatment, contrast.n_control) == (4, 5)
    assert contrast.difference == pytest.approx(np.mean([row[1:] for row in TREATMENT]) - np.mean(CONTROL))


def test_seeds_that_are_not_in_every_block_are_excluded_and_counted() -> None:
    runs = [run for run in observed({"a": CONTROL, "b": TREATMENT}) if run.run_id != "b04"]
    comparison = compare(BLOCKED, runs)
    assert comparison.contrasts[0].n_treatment == 4
    assert "lr=b: 1 run(s) have no partner in every block and are excluded" in comparison.notes


def test_blocks_with_the_same_single_seed_are_not_compared() -> None:
    """The runs of one seed do not show how much seeds vary, in however many blocks it is trained."""
    contrast = contrast_of([[0.9 + n / 50] for n in range(8)], [[0.8 + n / 60] for n in range(8)])
    assert contrast.conclusion == "untestable"
    assert "fewer than two seeds of an arm that are in every block" in contrast.reason


def test_groups_of_blocks_that_share_no_seeds_are_separate_strata() -> None:
    first, second = observed({"a": CONTROL, "b": TREATMENT}), observed({"a": CONTROL, "b": TREATMENT}, "56789")
    other = [replace(run, settings={**run.settings, "depth": f"1{run.settings['depth']}"}) for run in second]
    (contrast,) = compare(BLOCKED, [*first, *other]).contrasts
    assert contrast.n_treatment == 10
    assert contrast.floor == 2 / 252**2
