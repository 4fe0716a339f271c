"""The confidence interval of the difference between two arms over seeds and test items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.statistics import CrossedScores, Interval, UnusableSample, crossed_difference

Scores = NDArray[np.float64]


def crossed_interval(
    treatment: Scores, control: Scores, *, level: float = 0.95, paired: bool = False
) -> Interval | None:
    """Return the interval of mean(treatment) - mean(control) over seeds and items; None if nothing varies."""
    try:
        estimate = crossed_difference([CrossedScores(treatment, control)], paired=paired).estimate
    except UnusableSample:
        return None
    return estimate.interval(level)
