"""Decisions over test items and over tasks: what they need, and cases in which they differ from those over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.comparison import Comparison, comparison_from_json
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from agents.registered_test.wording.sentences import hypothesis_statement
from tests.agents.statistics.crossed_interval import crossed_interval

Scores = NDArray[np.float64]
ITEMS = {"generalize_to": ("seed", "item")}


def items_test(**fields: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "0.1", **ITEMS, **fields)


def observations(
    folder: Path, level: str, scores: Scores, block: str = "", targets: Sequence[int] | None = None
) -> list[Observation]:
    """Return one run for each row of scores, with its predictions.npz."""
    runs = []
    for seed, row in enumerate(scores):
        path = folder / f"{level}{block}{seed}.npz"
        target = np.arange(len(row)) if targets is None else np.array(targets)
        np.savez_compressed(path, ids=np.arange(len(row)), target=target, correct=row.astype(bool))
        settings = {"seed": str(seed)} | ({"data": block.removeprefix("data=")} if block else {})
        unit = ",".join(f"{key}={settings[key]}" for key in sorted(settings))
        values = {"accuracy": float(row.mean())}
        runs.append(Observation(f"{level}{block}{seed}", level, block, unit, values, None, path, settings))
    return runs


def answers(seed: int, share: float, items: int = 100, runs: int = 5, flips: float = 0.02) -> Scores:
    """Return runs that answer the same share of the items correctly, except for a few items in each run."""
    rng = np.random.default_rng(seed)
    base = rng.permutation(items) < share * items
    return np.array([np.where(rng.random(items) < flips, ~base, base) for _ in range(runs)], dtype=float)


def test_interval_is_that_over_seeds_and_items(tmp_path: Path) -> None:
    control, treatment = answers(1, 0.5), answers(2, 0.8)
    comparison = compare(
        items_test(), [*observations(tmp_path, "0.1", control), *observations(tmp_path, "0.2", treatment)]
    )
    (contrast,) = comparison.contrasts
    expected = crossed_interval(treatment, control, level=0.95)
    assert expected is not None
    assert contrast.interval is not None
    assert (contrast.interval.low, contrast.interval.high) == pytest.approx((expected.low, expected.high))
    assert contrast.p_items is not None
    assert contrast.p == max(contrast.p_items, contrast.p_welch or 0, contrast.p_permutation or 0)
    assert "seeds and test items" in comparison.method
    assert comparison.verdict == "supported"
    assert comparison_from_json(comparison.to_json("")).contrasts[0].p_items == contrast.p_items


def test_a_difference_of_few_items_is_supported_over_seeds_and_not_over_items(tmp_path: Path) -> None:
    """All runs agree, so the seeds vary little. But 53 against 50 of 100 items may be chance of the test set."""
    control, treatment = answers(1, 0.50, flips=0.003), answers(2, 0.53, flips=0.003)
    control[0, 0], treatment[0, 0] = 1 - control[0, 0], 1 - treatment[0, 0]
    runs = [*observations(tmp_path, "0.1", control), *observations(tmp_path, "0.2", treatment)]
    over_seeds = RegisteredTest("accuracy", "maximize", "lr", "0.1")
    assert compare(over_seeds, runs).verdict == "supported"
    comparison = compare(items_test(), runs)
    assert comparison.verdict == "inconclusive"
    (contrast,) = comparison.contrasts
    assert contrast.interval is not None
    assert contrast.interval.low < 0 < contrast.interval.high


def test_the_minimum_effect_has_to_be_exceeded_over_items_too(tmp_path: Path) -> None:
    runs = [*observations(tmp_path, "0.1", answers(1, 0.5)), *observations(tmp_path, "0.2", answers(2, 0.8))]
    assert compare(items_test(minimum_effect=0.05), runs).verdict == "supported"
    assert compare(items_test(minimum_effect=0.25), runs).verdict == "inconclusive"
    assert (
        compare(RegisteredTest("accuracy", "maximize", "lr", "0.1", minimum_effect=0.25), runs).verdict == "supported"
    )


def without_predictions(run: Observation) -> Observation:
    return Observation(run.run_id, run.level, run.block, run.unit, run.values, None, None, run.settings)


def with_metric(run: Observation, value: float) -> Observation:
    return Observation(run.run_id, run.level, run.block, run.unit, {"accuracy": value}, None, run.predictions)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_predictions, "has no predictions.npz"),
        (lambda run: with_metric(run, 0.9), "not the mean of any score in predictions.npz"),
    ],
    ids=["no file", "metric is not a mean over items"],
)
def test_without_scores_the_claim_is_untestable(
    tmp_path: Path, change: Callable[[Observation], Observation], reason: str
) -> None:
    runs = [*observations(tmp_path, "0.1", answers(1, 0.5)), *observations(tmp_path, "0.2", answers(2, 0.8))]
    comparison = compare(items_test(), [*runs[:-1], change(runs[-1])])
    assert comparison.verdict == "untestable"
    assert comparison.required_n is None, "more runs would not help"
    assert reason in hypothesis_statement(comparison).sentence


def test_arms_with_different_test_sets_are_untestable(tmp_path: Path) -> None:
    other = observations(tmp_path, "0.2", answers(2, 0.8), targets=list(range(1, 101)))
    comparison = compare(items_test(), [*observations(tmp_path, "0.1", answers(1, 0.5)), *other])
    assert comparison.verdict == "untestable"
    assert "different test sets" in comparison.contrasts[0].reason


def test_a_failed_run_counts_as_the_worst_value_in_every_item(tmp_path: Path) -> None:
    control, treatment = answers(1, 0.5), answers(2, 0.9)
    runs = [*observations(tmp_path, "0.1", control), *observations(tmp_path, "0.2", treatment)]
    failed = Observation("failed", "0.2", "", "seed=9", {}, "run", None, {"seed": "9"})
    comparison = compare(items_test(worst=0.0), [*runs, failed])
    with_zero = crossed_interval(np.vstack([treatment, np.zeros(100)]), control, level=0.95)
    (contrast,) = comparison.contrasts
    assert with_zero is not None
    assert contrast.difference == pytest.approx(np.vstack([treatment, np.zeros(100)]).mean() - control.mean())
    assert contrast.interval is not None
    assert contrast.interval.low <= with_zero.low


def test_pairs_and_blocks_keep_their_items(tmp_path: Path) -> None:
    blocks = {"data=a": 60, "data=b": 100}
    runs = [
        run
        for level, share in (("0.1", 0.5), ("0.2", 0.8))
        for block, items in blocks.items()
        for run in observations(tmp_path, level, answers(int(10 * share) + items, share, items), block)
    ]
    for paired in (False, True):
        comparison = compare(items_test(block=("data",), paired=paired, alpha=0.1), runs)
        (contrast,) = comparison.contrasts
        assert contrast.p_items is not None
        assert comparison.verdict == "supported"


def test_the_metric_to_minimize_has_its_sign(tmp_path: Path) -> None:
    runs = [*observations(tmp_path, "0.1", answers(1, 0.8)), *observations(tmp_path, "0.2", answers(2, 0.5))]
    comparison = compare(RegisteredTest("accuracy", "minimize", "lr", "0.1", **ITEMS), runs)
    (contrast,) = comparison.contrasts
    assert (comparison.verdict, round(contrast.difference or 0, 1)) == ("supported", -0.3)
    assert contrast.interval is not None
    assert contrast.interval.high < 0


def test_interactions_are_not_estimated_over_items(tmp_path: Path) -> None:
    claim = RegisteredClaim("interaction", "0.2", 0.0, "accuracy", "maximize", ("lr", "data"))
    runs = [
        run
        for level, share in (("0.1", 0.5), ("0.2", 0.8))
        for block in ("data=a", "data=b")
        for run in observations(tmp_path, level, answers(int(10 * share) + (block == "data=b"), share), block)
    ]
    comparison = compare(items_test(claims=(claim,)), runs)
    assert comparison.verdict == "untestable"
    assert "not estimated over test items" in comparison.contrasts[0].reason


def tasks(level: str, runs: int, shift: float, seed: int = 0, sd: float = 0.01) -> list[Observation]:
    """Return runs of two tasks, with values around 0.6 and 0.9."""
    rng = np.random.default_rng(seed)
    return [
        Observation(
            f"{level}{task}{n}",
            level,
            f"data={task}",
            f"data={task},seed={n}",
            {"accuracy": base + shift + float(rng.normal(0, sd))},
            None,
            None,
            {"data": task, "seed": str(n)},
        )
        for task, base in (("a", 0.6), ("b", 0.9))
        for n in range(runs)
    ]


def iqm_test(**fields: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "0.1", block=("data",), aggregate="iqm", **fields)


@pytest.mark.parametrize(
    ("shift", "minimum", "verdict"),
    [(0.05, 0.0, "supported"), (0.05, 0.052, "inconclusive"), (-0.05, 0.0, "refuted"), (0.001, 0.02, "refuted")],
)
def test_iqm_decides_by_its_bootstrap_interval(shift: float, minimum: float, verdict: str) -> None:
    runs = [*tasks("0.1", 10, 0.0, 1), *tasks("0.2", 10, shift, 2)]
    comparison = compare(iqm_test(minimum_effect=minimum), runs)
    (contrast,) = comparison.contrasts
    assert comparison.verdict == verdict
    assert contrast.interval is not None
    assert (contrast.interval.low > minimum) == (verdict == "supported")
    assert (contrast.interval.high < minimum) == (verdict == "refuted")
    assert contrast.p == contrast.p_bootstrap
    assert "interquartile means" in comparison.method


def test_iqm_with_nine_runs_is_untestable_and_asks_for_ten() -> None:
    comparison = compare(iqm_test(), [*tasks("0.1", 9, 0.0, 1), *tasks("0.2", 10, 0.3, 2)])
    assert (comparison.verdict, comparison.required_n) == ("untestable", 10)
    assert "needs 10 runs of each arm in every block, and a block has 9" in comparison.contrasts[0].reason
    assert "The test requires 10 runs per arm" in hypothesis_statement(comparison).sentence


def test_the_smallest_block_is_named() -> None:
    runs = [*tasks("0.1", 12, 0.0, 1), *tasks("0.2", 11, 0.3, 2)]
    few = [
        run
        for run in runs
        if not (run.settings["data"] == "b" and run.level == "0.2" and int(run.settings["seed"]) > 7)
    ]
    assert "a block has 8" in compare(iqm_test(), few).contrasts[0].reason
    single = [run for run in runs if run.settings["seed"] == {"a": "0", "b": "1"}[run.settings["data"]]]
    assert "a block has 1" in compare(iqm_test(), single).contrasts[0].reason


def test_a_middle_half_without_variation_supports_nothing() -> None:
    """All runs of an arm but one are equal, so nearly every resample has the same interquartile mean."""
    runs = [
        Observation(f"{level}{n}", level, "", f"seed={n}", {"accuracy": value + (0.1 if n == 39 else 0.0)})
        for level, value in (("0.1", 0.900), ("0.2", 0.901))
        for n in range(40)
    ]
    comparison = compare(RegisteredTest("accuracy", "maximize", "lr", "0.1", aggregate="iqm"), runs)
    assert comparison.verdict == "untestable"
    assert "does not vary" in comparison.contrasts[0].reason


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"paired": True}, "not estimated for pairs"),
        ({"generalize_to": ("seed", "item")}, "not estimated for interactions or over test items"),
    ],
    ids=["pairs", "items"],
)
def test_iqm_is_refused_where_it_is_not_defined(fields: dict[str, Any], reason: str) -> None:
    comparison = compare(iqm_test(**fields), [*tasks("0.1", 10, 0.0, 1), *tasks("0.2", 10, 0.3, 2)])
    assert comparison.verdict == "untestable"
    assert reason in comparison.contrasts[0].reason


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("aggregate", ["items", "iqm"])
def test_supported_without_an_effect_is_at_most_as_frequent_as_alpha(
    aggregate: str, tmp_path: Path, repetitions: Callable[[int, int], int]
) -> None:
    """The items of each experiment are new, and both arms answer them with equal probabilities on average."""
    experiments = repetitions(100, 2000)
    supported = 0
    for seed in range(experiments):
        comparison = null_of_items(tmp_path, seed) if aggregate == "items" else null_of_iqm(seed)
        supported += comparison.verdict == "supported"
    assert supported / experiments <= 0.025 + 3 * (0.025 * 0.975 / experiments) ** 0.5


def null_of_items(folder: Path, seed: int) -> Comparison:
    rng = np.random.default_rng(seed)
    runs = []
    for level in ("0.1", "0.2"):
        chances = 1 / (1 + np.exp(-rng.normal(1, 2, 200) - rng.normal(0, 0.05, (5, 1))))
        runs += observations(folder, level, (rng.random((5, 200)) < chances).astype(float))
    return compare(items_test(), runs)


def null_of_iqm(seed: int) -> Comparison:
    return compare(iqm_test(), [*tasks("0.1", 10, 0.0, 2 * seed), *tasks("0.2", 10, 0.0, 2 * seed + 1)])
