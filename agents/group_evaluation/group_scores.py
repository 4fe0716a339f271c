"""Read the scores of the test items of several runs by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.group_evaluation.item_groups import MISSING, PREDICTIONS, NoGroups, item_groups
from agents.registered_test.observation import Observation
from agents.registered_test.samples.item_scores import NoItemScores, Scores, scored_arm


@dataclass(frozen=True)
class FinishedRunScores:
    """A completed run: its folder, and the value of its metric."""

    run_id: str
    folder: Path
    value: float


@dataclass(frozen=True)
class GroupScores:
    """The scores (runs, items) of each group, in the order of the labels. `missing` are those of items without one."""

    groups: Mapping[str, Scores]
    missing: Scores | None


def group_scores(runs: Sequence[FinishedRunScores], metric: str, column: str) -> GroupScores:
    """Return the scores of runs that were tested on the same items.

    Raises:
        NoGroups: A run has no groups, the runs have different ones, or the metric is not the mean of scores of items.
    """
    labels = {item_groups(run.folder, column) for run in runs}
    if len(labels) != 1:
        raise NoGroups(f"the runs have different values of '{column}', so their items are not the same")
    (by_item,) = labels
    try:
        scores = scored_arm([_observation(run, metric) for run in runs], [run.value for run in runs], metric).scores
    except NoItemScores as error:
        raise NoGroups(str(error)) from error
    if scores.shape[1] != len(by_item):
        raise NoGroups(f"'{column}' has {len(by_item)} values, and the test has {scores.shape[1]} items")
    of_item = np.array(by_item)
    names = sorted(set(by_item) - {MISSING}, key=_natural_order)
    missing = scores[:, of_item == MISSING]
    return GroupScores({name: scores[:, of_item == name] for name in names}, missing if missing.size else None)


def _observation(run: FinishedRunScores, metric: str) -> Observation:
    file = run.folder / PREDICTIONS
    return Observation(run.run_id, "", "", "", {metric: run.value}, predictions=file if file.exists() else None)


def _natural_order(label: str) -> tuple[bool, int, str]:
    """Return a sort key: numbers by value, then texts."""
    return (not label.isdecimal(), int(label) if label.isdecimal() else 0, label)
