"""Aggregates over the blocks of a test: computed by hand, with failed runs, pairs and metrics to minimize."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from agents.registered_test.comparison import comparison_from_json
from agents.registered_test.comparison_check import check_experiment
from agents.registered_test.contrast import Contrast

COMPARE = {"metric": "accuracy", "goal": "maximize", "factor": "lr", "control": 0.1, "treatment": 0.2}
Arms = Mapping[float, Mapping[str, Sequence[float | None]]]


def contrast_of(values: Arms, *, shared_seeds: bool = False, **compare: Any) -> Contrast:
    """Return the contrast of values by level and block, as it is read from results.json."""
    points = [
        {
            "run_id": f"{level}{block}{seed}",
            "levels": {"lr": level, "data": block, "seed": seed if shared_seeds else f"{seed}{block}"},
            "metrics": None if value is None else {"accuracy": value},
        }
        for level, blocks in values.items()
        for block, block_values in blocks.items()
        for seed, value in enumerate(block_values)
    ]
    _, _, data = check_experiment(COMPARE | {"block": ["data"]} | compare, points)
    (contrast,) = comparison_from_json(data).contrasts
    return contrast


def normal(seed: int, runs: int, shift: float) -> dict[str, list[float | None]]:
    rng = np.random.default_rng(seed)
    return {block: [float(v) for v in rng.normal(mean + shift, 1, runs)] for block, mean in (("a", 0.0), ("b", 5.0))}


def test_interquartile_means_are_those_of_all_runs() -> None:
    control, treatment = normal(1, 10, 0.0), normal(2, 10, 1.0)
    aggregate = contrast_of({0.1: control, 0.2: treatment}).aggregate
    assert aggregate is not None
    expected = [stats.trim_mean([*arm["a"], *arm["b"]], 0.25) for arm in (treatment, control)]
    assert (aggregate.iqm_treatment, aggregate.iqm_control) == pytest.approx(tuple(expected))
    assert aggregate.iqm_difference == pytest.approx(expected[0] - expected[1])
    assert (aggregate.blocks, aggregate.runs) == (2, 10)
    assert aggregate.iqm_interval is not None
    assert aggregate.iqm_interval.low < aggregate.iqm_difference < aggregate.iqm_interval.high
    assert aggregate.iqm_interval.level == 0.95


def test_the_probability_of_superiority_is_inside_its_interval() -> None:
    contrast = contrast_of({0.1: normal(1, 10, 0.0), 0.2: normal(2, 10, 1.0)})
    assert contrast.aggregate is not None
    interval = contrast.aggregate.superiority_interval
    assert interval is not None
    assert contrast.probability_of_superiority is not None
    assert 0.5 < interval.low < contrast.probability_of_superiority < interval.high < 1


def test_a_metric_to_minimize_keeps_its_unit_and_its_sign() -> None:
    arms: Arms = {0.1: normal(1, 10, 0.0), 0.2: normal(2, 10, 1.0)}
    more, less = contrast_of(arms).aggregate, contrast_of(arms, goal="minimize").aggregate
    assert more is not None
    assert less is not None
    assert (less.iqm_treatment, less.iqm_difference) == pytest.approx((more.iqm_treatment, more.iqm_difference))
    assert less.iqm_interval is not None
    assert less.iqm_interval.low < less.iqm_difference < less.iqm_interval.high


def test_failed_runs_are_the_worst_runs() -> None:
    control, treatment = normal(1, 10, 0.0), normal(2, 10, 1.0)
    treatment["b"][:3] = [None] * 3
    worst = min(value for arm in (control, treatment) for block in arm.values() for value in block if value is not None)
    filled = [worst if value is None else value for block in treatment.values() for value in block]
    contrast = contrast_of({0.1: control, 0.2: treatment})
    assert contrast.aggregate is not None
    assert contrast.aggregate.iqm_treatment == pytest.approx(stats.trim_mean(filled, 0.25))
    excluded = contrast_of({0.1: control, 0.2: treatment}, on_failure="exclude").aggregate
    assert excluded is not None
    assert (excluded.runs, excluded.iqm_interval) == (7, None)
    assert excluded.iqm_treatment > contrast.aggregate.iqm_treatment


@pytest.mark.parametrize(
    ("runs", "compare"), [(9, {}), (10, {"paired": True})], ids=["too few runs", "pairs are not resampled"]
)
def test_intervals_are_not_estimated(runs: int, compare: dict[str, Any]) -> None:
    aggregate = contrast_of({0.1: normal(1, runs, 0.0), 0.2: normal(2, runs, 1.0)}, **compare).aggregate
    assert aggregate is not None
    assert (aggregate.iqm_interval, aggregate.superiority_interval) == (None, None)


def test_one_block_is_not_aggregated() -> None:
    arms = {level: {"a": normal(seed, 5, 0.0)["a"]} for level, seed in ((0.1, 1), (0.2, 2))}
    assert contrast_of(arms).aggregate is None


def test_blocks_of_one_pair_have_no_intervals() -> None:
    arms = {
        level: {f"d{n}": [value] for n, value in enumerate(np.random.default_rng(seed).normal(0, 1, 12))}
        for level, seed in ((0.1, 1), (0.2, 2))
    }
    aggregate = contrast_of(arms).aggregate
    assert aggregate is not None
    assert (aggregate.blocks, aggregate.runs, aggregate.iqm_interval) == (12, 1, None)


def test_intervals_of_tasks_with_the_same_seeds_are_those_of_seeds() -> None:
    """Equal values in two tasks hold the information of one task."""
    arms = {level: normal(seed, 10, shift)["a"] for level, seed, shift in ((0.1, 1, 0.0), (0.2, 2, 1.0))}
    twice: Arms = {level: {"a": values, "b": values} for level, values in arms.items()}
    own, shared = (contrast_of(twice, shared_seeds=shares).aggregate for shares in (False, True))
    assert own is not None
    assert shared is not None
    for name in ("iqm_interval", "superiority_interval"):
        narrow, wide = getattr(own, name), getattr(shared, name)
        assert wide.high - wide.low > 1.2 * (narrow.high - narrow.low)
