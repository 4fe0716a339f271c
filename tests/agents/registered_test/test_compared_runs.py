"""The runs that one contrast compares."""

from __future__ import annotations

import pytest

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.observation import Observation
from agents.registered_test.samples.compared_runs import ComparedRuns, compared_runs
from agents.registered_test.samples.failed_runs import NotCompared

TEST = RegisteredTest("accuracy", "maximize", "lr", "0.001", block=("data.name",))


def compared(seeds_by_block: dict[str, list[int]]) -> ComparedRuns:
    """Return the runs of a contrast with one run of each arm for each seed of a block."""
    runs = [
        Observation(
            f"{level}-{block}-{seed}",
            level,
            f"data.name={block}",
            f"seed={seed}",
            {"accuracy": 0.5 + seed / 100},
            settings={"data.name": block, "seed": str(seed)},
        )
        for level in ("0.001", "0.01")
        for block, seeds in seeds_by_block.items()
        for seed in seeds
    ]
    return compared_runs(TEST, TEST.claims[0], "0.01", runs)


def test_blocks_with_one_run_of_each_arm_are_pairs() -> None:
    runs = compared({"digits": [0], "letters": [1], "words": [2]})
    assert (runs.is_paired, runs.is_merged, runs.n_treatment) == (True, True, 3)


def test_one_block_with_several_runs_keeps_the_other_from_being_a_pair() -> None:
    with pytest.raises(NotCompared, match="fewer than two runs of an arm"):
        compared({"digits": [0], "letters": [1, 2, 3]})
