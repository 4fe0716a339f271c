"""Read the scores of the test items of a run, whose mean is the metric of the registered test."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from agents.registered_test.observation import Observation

# A mean that was computed in single precision differs from that of the scores by rounding errors.
_RELATIVE, _ABSOLUTE = 1e-5, 1e-6
Scores = NDArray[np.float64]


class NoItemScores(ValueError):
    """The items of the runs cannot be compared. The message gives the reason."""


@dataclass(frozen=True)
class ScoredRun:
    """The scores of one run by item, and a digest of its test set: the ids and targets of the items."""

    scores: Scores
    test_set: str


@dataclass(frozen=True)
class ScoredArm:
    """The scores of all runs of an arm (runs, items) on one test set."""

    scores: Scores
    test_set: str


def scored_arm(runs: Sequence[Observation], values: Sequence[float], metric: str) -> ScoredArm:
    """Return the scores of an arm. A failed run has the value that the test gives it as the score of every item.

    Args:
        runs: the runs of the arm.
        values: the value of the metric of each run, as the test uses it.
        metric: the metric, which is the mean of the scores.

    Raises:
        NoItemScores: A completed run has no scores of this metric, no run has any, or the test sets differ.
    """
    scored = [
        None if run.value(metric) is None else read_item_scores(run, metric, value)
        for run, value in zip(runs, values, strict=True)
    ]
    test_sets = {run.test_set: len(run.scores) for run in scored if run is not None}
    if len(test_sets) != 1:
        hint = "give the data module a split that does not depend on the seed"
        problem = f"the runs of an arm have different test sets ({hint})" if test_sets else "no run has scores of items"
        raise NoItemScores(problem)
    ((test_set, items),) = test_sets.items()
    rows = [np.full(items, value) if run is None else run.scores for run, value in zip(scored, values, strict=True)]
    return ScoredArm(np.stack(rows), test_set)


def read_item_scores(run: Observation, metric: str, value: float) -> ScoredRun:
    """Return the scores in `predictions.npz` whose mean is the value of the metric.

    Raises:
        NoItemScores: The file is missing or damaged, or no score has this mean.
    """
    arrays = _read_arrays(run)
    for scores in _candidates(arrays, metric):
        if math.isclose(float(scores.mean()), value, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE):
            return ScoredRun(scores, _digest(arrays))
    raise NoItemScores(
        f"run {run.run_id}: {metric} is {value:g}, which is not the mean of any score in predictions.npz"
    )


def _read_arrays(run: Observation) -> Mapping[str, NDArray[Any]]:
    if run.predictions is None:
        raise NoItemScores(f"run {run.run_id} has no predictions.npz (its model gives no result for each test item)")
    try:
        with np.load(Path(run.predictions), allow_pickle=False) as file:
            arrays = {str(name): file[name] for name in file.files}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        raise NoItemScores(f"run {run.run_id}: predictions.npz cannot be read: {error}") from error
    lengths = {values.shape for values in arrays.values()}
    if "ids" not in arrays or len(lengths) != 1 or arrays["ids"].ndim != 1 or not arrays["ids"].size:
        raise NoItemScores(f"run {run.run_id}: predictions.npz does not hold one value for each item")
    return arrays


def _candidates(arrays: Mapping[str, NDArray[Any]], metric: str) -> Iterator[Scores]:
    """Yield the scores whose mean the metric may be: those with its name, `correct`, and measures of the error."""
    for name in (metric, "correct"):
        if name in arrays and arrays[name].dtype.kind in "fiub":
            yield arrays[name].astype(np.float64)
    if "error" in arrays and arrays["error"].dtype.kind in "fiu":
        error = arrays["error"].astype(np.float64)
        yield from (error, np.abs(error), error**2)


def _digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return a digest of the items. Texts of another width are the same items."""
    digest = hashlib.sha256(repr(arrays["ids"].tolist()).encode())
    if "target" in arrays:
        digest.update(repr(arrays["target"].tolist()).encode())
    return digest.hexdigest()
