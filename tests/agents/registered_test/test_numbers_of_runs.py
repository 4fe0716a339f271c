"""Which numbers of runs the rule needs, and what it states if they are too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation

Blocks = Mapping[str, tuple[Sequence[float], Sequence[float]]]  # values of treatment and control


def compared(blocks: Blocks, alpha: float = 0.05) -> Comparison:
    """Return the comparison of blocks that share no seeds."""
    runs = [
        Observation(
            run_id=f"{level}{block}{seed}",
            level=level,
            block=f"task={block}",
            unit=f"seed={seed}{block},task={block}",
            values={"accuracy": value},
            settings={"seed": f"{seed}{block}", "task": block},
        )
        for block, arms in blocks.items()
        for level, values in zip(("b", "a"), arms, strict=True)
        for seed, value in enumerate(values)
    ]
    return compare(RegisteredTest("accuracy", "maximize", "lr", "a", "b", alpha=alpha, block=("task",)), runs)


def test_a_block_with_one_run_of_an_arm_is_not_compared() -> None:
    comparison = compared({"x": ([0.5, 0.6, 0.7], [0.1, 0.2, 0.3]), "y": ([0.5], [0.1, 0.2, 0.3])})
    (contrast,) = comparison.contrasts
    assert contrast.reason == "a block has fewer than two runs of an arm"
    assert contrast.needs_runs
    assert comparison.required_n == 3  # 2 / C(4, 2)^2 is above 0.05


@pytest.mark.parametrize(
    ("blocks", "required"),
    [
        pytest.param(2, 3, id="2 / C(6, 3)^2 is below 0.01, 2 / C(4, 2)^2 is not"),
        pytest.param(3, 2, id="2 / C(4, 2)^3 is below 0.01"),
    ],
)
def test_runs_of_several_blocks_are_relabelled_within_each(blocks: int, required: int) -> None:
    values = {str(block): ([0.90 + block, 0.91 + block], [0.1 + block, 0.12 + block]) for block in range(blocks)}
    comparison = compared(values, alpha=0.01)
    assert comparison.required_n == (None if required == 2 else required)
    assert comparison.verdict == ("supported" if required == 2 else "untestable")


def test_blocks_with_one_run_of_each_arm_are_pairs_whose_number_is_required() -> None:
    comparison = compared({str(block): ([0.9 + block / 7], [0.1 + block**2]) for block in range(4)})
    assert (comparison.verdict, comparison.required_n) == ("untestable", 6)
