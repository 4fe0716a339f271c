"""The metric by group is computed from what the runs recorded, or the reason is given why it cannot be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.group_evaluation.column_result import ColumnResult
from agents.group_evaluation.evaluate import evaluate_column
from agents.group_evaluation.group_scores import FinishedRunScores

LABELS = ["a"] * 20 + ["b"] * 20 + [""] * 3 + ["rare"]
CORRECT = [True] * 20 + [True] * 10 + [False] * 10 + [True] * 4


def finished(
    root: Path,
    run_id: str = "r1",
    correct: Sequence[bool] = CORRECT,
    groups: Mapping[str, Sequence[str]] | None = None,
    value: float | None = None,
) -> FinishedRunScores:
    """Write what a run records of its test items."""
    output = root / run_id / "output"
    output.mkdir(parents=True)
    arrays: dict[str, Any] = {"ids": np.arange(len(correct)), "correct": np.array(correct)}
    np.savez_compressed(output / "predictions.npz", **arrays)
    columns: dict[str, Any] = {
        name: np.array(labels) for name, labels in ({"writer": LABELS} | dict(groups or {})).items()
    }
    np.savez_compressed(output / "test_groups.npz", **columns)
    return FinishedRunScores(run_id, root / run_id, float(np.mean(correct)) if value is None else value)


def test_groups_are_evaluated_over_items_and_runs(tmp_path: Path) -> None:
    result = evaluate_column([finished(tmp_path, name) for name in ("r1", "r2")], "accuracy", "writer", {"lr": 1})
    assert [(group.name, group.items, group.mean) for group in result.groups] == [
        ("a", 20, 1.0),
        ("b", 20, 0.5),
        ("rare", 1, 1.0),
    ]
    assert result.groups[2].low is None
    assert result.missing is not None
    assert (result.missing.items, result.missing.mean) == (3, 1.0)
    assert result.gap is not None
    assert (result.gap.highest, result.gap.lowest, result.gap.difference) == ("a", "b", 0.5)
    assert 0 < result.gap.low < 0.5 < result.gap.high < 1
    assert (result.runs, result.arm, result.reason) == (2, {"lr": 1}, None)
    assert ColumnResult.from_json(json.loads(json.dumps(_plain(result)))) == result


def _plain(result: ColumnResult) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(result)


def test_groups_with_few_items_and_missing_values_are_in_no_gap(tmp_path: Path) -> None:
    result = evaluate_column([finished(tmp_path)], "accuracy", "writer", min_items=21)
    assert result.gap is None
    assert len(result.groups) == 3


def test_numbers_are_in_the_order_of_their_values(tmp_path: Path) -> None:
    labels = ["10"] * 20 + ["9"] * 24
    result = evaluate_column([finished(tmp_path, groups={"age": labels})], "accuracy", "age")
    assert [group.name for group in result.groups] == ["9", "10"]


def no_groups(root: Path) -> Sequence[FinishedRunScores]:
    run = finished(root)
    (run.folder / "output/test_groups.npz").unlink()
    return [run]


def no_items(root: Path) -> Sequence[FinishedRunScores]:
    (run,) = no_groups(root)
    (run.folder / "output/predictions.npz").unlink()
    return [run]


def damaged(root: Path) -> Sequence[FinishedRunScores]:
    run = finished(root)
    (run.folder / "output/test_groups.npz").write_bytes(b"PK\x03\x04 no archive")
    return [run]


def pickled(root: Path) -> Sequence[FinishedRunScores]:
    run = finished(root)
    objects: Any = {"writer": np.array([{"a": 1}] * len(LABELS), dtype=object)}
    np.savez_compressed(run.folder / "output/test_groups.npz", **objects)
    return [run]


REASONS = {
    "not recorded": (no_groups, "not recorded: the data module gave no 'writer'"),
    "no item results": (no_items, "not recorded: the run has no results of test items"),
    "a damaged file": (damaged, "output/test_groups.npz cannot be read"),
    "a pickled object": (pickled, "output/test_groups.npz cannot be read"),
    "another metric": (lambda root: [finished(root, value=0.1)], "accuracy is 0.1, which is not the mean of any score"),
    "a value that is not finite": (lambda root: [finished(root, value=float("nan"))], "accuracy is nan"),
    "other items": (
        lambda root: [finished(root), finished(root, "r2", groups={"writer": ["b"] * 44})],
        "the runs have different values of 'writer'",
    ),
    "another length": (lambda root: [finished(root, groups={"writer": ["b"] * 7})], "'writer' has 7 values, and the"),
    "no grouping": (
        lambda root: [finished(root, correct=[True] * 60, groups={"writer": [str(n) for n in range(60)]})],
        "'writer' has 60 values, more than 50, so it is no grouping",
    ),
    "no run": (lambda root: [], "no run completed with a finite accuracy"),
}


@pytest.mark.parametrize(("runs", "reason"), REASONS.values(), ids=REASONS)
def test_runs_that_cannot_be_grouped_give_the_reason(runs: Any, reason: str, tmp_path: Path) -> None:
    result = evaluate_column(runs(tmp_path), "accuracy", "writer")
    assert reason in str(result.reason)
    assert (result.groups, result.gap) == ((), None)


def test_a_column_that_is_not_recorded_is_named_with_those_that_are(tmp_path: Path) -> None:
    result = evaluate_column([finished(tmp_path)], "accuracy", "age")
    assert result.reason == "not recorded: the run recorded writer, and no 'age'"
