"""Evaluate a metric by group over the runs of one arm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from agents.group_evaluation.column_result import ColumnResult, GapResult, GroupResult
from agents.group_evaluation.group_scores import FinishedRunScores, GroupScores, group_scores
from agents.group_evaluation.item_groups import MISSING, NoGroups
from agents.registered_test.samples.item_scores import Scores
from agents.statistics import MIN_ITEMS, group_mean, largest_gap


def evaluate_column(
    runs: Sequence[FinishedRunScores],
    metric: str,
    column: str,
    arm: Mapping[str, Any] | None = None,
    min_items: int = MIN_ITEMS,
) -> ColumnResult:
    """Return the metric by group over completed runs of an arm.

    Args:
        arm: the settings of the arm.
        min_items: the number of items from which a group is compared with others.
    """
    setting = dict(arm or {})
    if not runs:
        return ColumnResult(column, metric, setting, 0, reason=f"no run completed with a finite {metric}")
    try:
        scores = group_scores(runs, metric, column)
    except NoGroups as reason:
        return ColumnResult(column, metric, setting, len(runs), reason=str(reason))
    groups = tuple(_group(name, values) for name, values in scores.groups.items())
    missing = None if scores.missing is None else _group(MISSING, scores.missing)
    return ColumnResult(column, metric, setting, len(runs), groups, missing, _gap(scores, min_items))


def _group(name: str, scores: Scores) -> GroupResult:
    result = group_mean(scores)
    mean, interval = result.mean if math.isfinite(result.mean) else None, result.interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    return GroupResult(name, result.items, mean, low, high)


def _gap(scores: GroupScores, min_items: int) -> GapResult | None:
    gap = largest_gap(scores.groups, min_items=min_items)
    if gap is None:
        return None
    interval = gap.interval
    return GapResult(gap.highest, gap.lowest, gap.difference, interval.low, interval.high, interval.level)
