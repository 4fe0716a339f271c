"""Scores of test items: which one is the metric, and files that do not belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.registered_test.observation import Observation
from agents.registered_test.samples.item_scores import NoItemScores, read_item_scores, scored_arm

CORRECT = np.array([True, True, False, True])


def run(
    folder: Path, number: int, arrays: dict[str, Any] | None, metric: str = "accuracy", value: float | None = 0.75
) -> Observation:
    """Return a run with these arrays in predictions.npz, without the file if there are none."""
    path = folder / f"{number}.npz"
    if arrays is not None:
        np.savez_compressed(path, **{"ids": np.arange(len(next(iter(arrays.values()))))} | arrays)
    name = f"run{number}"
    return Observation(name, "0.1", "", f"seed={number}", {metric: value}, None, path if arrays is not None else None)


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("accuracy", 0.75, [1, 1, 0, 1]),
        ("test_loss", 0.25, [0.1, 0.2, 0.3, 0.4]),
        ("mean_error", 0.5, [1, -1, 2, 0]),
        ("mae", 1.0, [1, 1, 2, 0]),
        ("mse", 1.5, [1, 1, 4, 0]),
    ],
)
def test_the_scores_are_those_whose_mean_is_the_metric(
    tmp_path: Path, metric: str, value: float, expected: list[float]
) -> None:
    arrays = {
        "correct": CORRECT,
        "test_loss": np.array([0.1, 0.2, 0.3, 0.4], np.float32),
        "error": np.array([1.0, -1.0, 2.0, 0.0], np.float32),
    }
    scores = read_item_scores(run(tmp_path, 1, arrays, metric, value), metric, value).scores
    assert scores.tolist() == pytest.approx(expected)


def test_scores_with_the_name_of_the_metric_must_have_its_mean_too(tmp_path: Path) -> None:
    observation = run(tmp_path, 1, {"accuracy": np.array([1.0, 0.0, 0.0, 0.0]), "correct": CORRECT})
    assert read_item_scores(observation, "accuracy", 0.75).scores.tolist() == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("arrays", "value", "reason"),
    [
        (None, 0.75, "has no predictions.npz"),
        ({"correct": CORRECT}, 0.7, "accuracy is 0.7, which is not the mean of any score"),
        ({"target": np.array(["a", "b"])}, 0.75, "not the mean of any score"),
        ({"correct": CORRECT, "ids": np.arange(3)}, 0.75, "one value for each item"),
        ({"correct": CORRECT[:, None], "ids": np.arange(4)[:, None]}, 0.75, "one value for each item"),
        ({"correct": np.zeros(0)}, 0.75, "one value for each item"),
    ],
    ids=["no file", "another number", "no scores", "fewer ids", "two dimensions", "empty"],
)
def test_a_run_without_usable_scores_is_refused(
    tmp_path: Path, arrays: dict[str, Any] | None, value: float, reason: str
) -> None:
    with pytest.raises(NoItemScores, match=reason):
        read_item_scores(run(tmp_path, 1, arrays, value=value), "accuracy", value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", b"not a zip file"], ids=["empty", "zip", "text"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    observation = run(tmp_path, 1, {"correct": CORRECT})
    (tmp_path / "1.npz").write_bytes(content)
    with pytest.raises(NoItemScores, match=r"run run1: predictions.npz cannot be read"):
        read_item_scores(observation, "accuracy", 0.75)


def test_pickled_objects_are_not_loaded(tmp_path: Path) -> None:
    observation = run(tmp_path, 1, {"correct": np.array([object()] * 4)})
    with pytest.raises(NoItemScores, match="cannot be read"):
        read_item_scores(observation, "accuracy", 0.75)


def test_a_failed_run_has_its_value_as_the_score_of_every_item(tmp_path: Path) -> None:
    runs = [run(tmp_path, 1, {"correct": CORRECT}), run(tmp_path, 2, None, value=None)]
    assert scored_arm(runs, [0.75, 0.1], "accuracy").scores.tolist() == [[1, 1, 0, 1], [0.1] * 4]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"correct": CORRECT, "target": np.array([1, 2, 3, 5])}, "different test sets"),
        ({"correct": CORRECT}, "different test sets"),
        ({"correct": np.tile(CORRECT, 2), "target": np.tile([1, 2, 3, 4], 2)}, "different test sets"),
        (None, "has no predictions.npz"),
    ],
    ids=["other targets", "no targets", "more items", "no file"],
)
def test_runs_of_an_arm_have_one_test_set(tmp_path: Path, other: dict[str, Any] | None, reason: str) -> None:
    first = run(tmp_path, 1, {"correct": CORRECT, "target": np.array([1, 2, 3, 4])})
    with pytest.raises(NoItemScores, match=reason):
        scored_arm([first, run(tmp_path, 2, other)], [0.75, 0.75], "accuracy")


def test_texts_are_compared_by_content_and_not_by_width(tmp_path: Path) -> None:
    targets = [np.array(["a", "b", "c", "d"], dtype) for dtype in ("<U1", "<U9")]
    runs = [run(tmp_path, n, {"correct": CORRECT, "target": target}) for n, target in enumerate(targets)]
    assert scored_arm(runs, [0.75, 0.75], "accuracy").scores.shape == (2, 4)


def test_an_arm_without_completed_runs_has_no_scores() -> None:
    failed = Observation("run1", "0.1", "", "seed=0", {}, "run")
    with pytest.raises(NoItemScores, match="no run has scores of items"):
        scored_arm([failed], [0.1], "accuracy")
