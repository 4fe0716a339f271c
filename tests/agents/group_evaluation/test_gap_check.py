"""A gap passes only if it is known and within its limit, and the detail names both groups with their items."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.group_evaluation.gap_check import check
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.group_gap import GroupGap

LABELS = ["left"] * 40 + ["right"] * 40 + ["rare"] * 2 + [""] * 3
CORRECT = [True] * 40 + [True] * 30 + [False] * 10 + [False] * 2 + [True] * 3  # a gap of 0.25


def checked(
    folder: Path, labels: Sequence[str] | None = LABELS, correct: Sequence[bool] = CORRECT, **fields: Any
) -> CheckResult:
    output = folder / "output"
    output.mkdir(exist_ok=True)
    arrays: dict[str, Any] = {"ids": np.arange(len(correct)), "correct": np.array(correct)}
    np.savez_compressed(output / "predictions.npz", **arrays)
    if labels is not None:
        np.savez_compressed(output / "test_groups.npz", hand=np.array(labels))
    if not (output / "eval_results.json").exists():
        (output / "eval_results.json").write_text(json.dumps({"accuracy": float(np.mean(correct))}))
    spec = {"type": "group_gap", "metric": "accuracy", "column": "hand", "max_gap": 0.25} | fields
    return check(FinishedRun("r1", folder, {}, {}), GroupGap.model_validate(spec))


LIMITS: dict[str, tuple[dict[str, Any], bool]] = {
    "at the limit": ({}, True),
    "below the limit is required": ({"operator": "<"}, False),
    "above": ({"max_gap": 0.24}, False),
    "far below": ({"max_gap": 0.5, "operator": "<"}, True),
    "the upper limit is above": ({"max_gap": 0.3, "of": "upper_limit"}, False),
    "the upper limit is below": ({"max_gap": 0.45, "of": "upper_limit"}, True),
    "too few items": ({"max_gap": 1.0, "min_items": 41}, False),
    "a small group is compared if asked": ({"max_gap": 0.99, "min_items": 2}, False),
}


@pytest.mark.parametrize(("fields", "passes"), LIMITS.values(), ids=LIMITS)
def test_the_gap_is_compared_with_its_limit(fields: dict[str, Any], passes: bool, tmp_path: Path) -> None:
    assert checked(tmp_path, **fields).passed is passes


def test_the_detail_names_both_groups_and_what_is_not_compared(tmp_path: Path) -> None:
    assert checked(tmp_path).detail == (
        "mean accuracy: 1 for hand = left (n = 40), 0.75 for hand = right (n = 40); gap 0.25, 95% confidence interval "
        "0.108 to 0.4093 over 2 groups; required: gap <= 0.25 (the interval extends beyond it); "
        "not compared: fewer than 10 items: rare (n = 2); 3 items without a value"
    )


def test_unknown_gaps_do_not_pass(tmp_path: Path) -> None:
    result = checked(tmp_path, labels=None, max_gap=1.0)
    assert not result.passed
    assert "the gap is not known: not recorded" in result.detail


def test_a_metric_that_is_not_finite_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output/eval_results.json").write_text(json.dumps({"accuracy": None}))
    result = checked(tmp_path, max_gap=1.0)
    assert (result.passed, result.detail) == (False, "the run has no finite accuracy, so the gap is not known")


def test_a_single_group_has_no_gap(tmp_path: Path) -> None:
    result = checked(tmp_path, labels=["left"] * len(CORRECT), max_gap=1.0)
    assert not result.passed
    assert "fewer than two groups of hand have at least 10 items" in result.detail


def test_labels_are_data(tmp_path: Path) -> None:
    labels = ["\x1b[31mred\u202e"] * 40 + ["right"] * 45
    detail = checked(tmp_path, labels=labels).detail
    assert "\x1b" not in detail
    assert "\u202e" not in detail
