"""Signs of trouble in the course of a training. Heuristics all, but for what is plainly not finite.

Each is a pure function over values in the order of logging. None of them is a test, and a clean record proves nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_POINTS = 20
# Iglewicz and Hoaglin propose 3.5 for one look at a symmetric sample. A course is looked at some hundred times, and
# losses of batches are skewed: in sound trainings of the shipped digits experiments they reach 7.
SPIKE_Z = 10.0
SPIKE_SHARE = 0.05  # of the course's range: a jump that nobody would see in the picture is none
DIVERGED_FACTOR = 2.0
_WINDOW = 5
_TAIL = 0.5
_END = 0.1
_SLOPES_OF = 200  # Theil and Sen compare all pairs

Floats = NDArray[np.float64]


def first_not_finite(values: Sequence[float]) -> int | None:
    """The index of the first NaN or infinity: an observation, no heuristic, from the first point on."""
    return next((index for index, value in enumerate(values) if not math.isfinite(value)), None)


def spikes(values: Sequence[float]) -> tuple[int, ...]:
    """Where a loss jumps up from the median of the five values before it.

    By the modified z-score of Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (ASQC, 1993): the jump minus
    the median jump, over the median absolute deviation times 1.4826. On logarithms where the loss is positive, because
    its noise is about in proportion to its size.
    """
    found = _finite(values)
    if len(found) < LEAST_POINTS:
        return ()
    scaled = np.log(found) if found.min() > 0 else found
    windows = np.lib.stride_tricks.sliding_window_view(scaled, _WINDOW)[:-1]
    jumps = scaled[_WINDOW:] - np.median(windows, axis=1)
    deviation = 1.4826 * float(np.median(np.abs(jumps - np.median(jumps))))
    raw = found[_WINDOW:] - np.median(np.lib.stride_tricks.sliding_window_view(found, _WINDOW)[:-1], axis=1)
    visible = raw > SPIKE_SHARE * float(np.ptp(found))
    sudden = jumps - np.median(jumps) > SPIKE_Z * deviation
    return tuple(int(index) + _WINDOW for index in np.flatnonzero(visible & sudden))


def diverged(values: Sequence[float]) -> bool:
    """Whether a loss ends (median of its last tenth) at a multiple of its opening value."""
    found = _finite(values)
    if len(found) < LEAST_POINTS:
        return False
    end = float(np.median(found[-max(3, round(_END * len(found))) :]))
    start = float(found[0])
    return end - start > (DIVERGED_FACTOR - 1) * abs(start)


def plateau(values: Sequence[float]) -> bool:
    """Whether the second half of a course has no slope that can be told from none.

    The slope of Theil (1950) and Sen (1968) with its 95% interval, which supposes independent noise about a line.
    """
    slope = _tail_slope(values)
    return slope is not None and slope[0] <= 0 <= slope[1]


def overfits(train: Sequence[float], evaluation: Sequence[float]) -> bool:
    """Whether over the second half the training loss surely falls while the evaluation loss surely rises.

    Slopes as for a plateau. Prechelt, "Early stopping, but when?" (1998), calls the same turn generalisation loss.
    """
    ours, theirs = _tail_slope(train), _tail_slope(evaluation)
    return ours is not None and theirs is not None and ours[1] < 0 < theirs[0]


def all_equal(courses: Sequence[Sequence[float]]) -> bool:
    """Whether several runs went exactly the same way, NaNs included: their seeds may not be in effect."""
    return len(courses) > 1 and all(np.array_equal(courses[0], each, equal_nan=True) for each in courses[1:])


def _tail_slope(values: Sequence[float]) -> tuple[float, float] | None:
    """Lower and upper end of the slope over the second half; None where points are too few or not finite."""
    if len(values) < LEAST_POINTS or first_not_finite(values) is not None:
        return None
    tail = np.asarray(values, dtype=float)[-round(_TAIL * len(values)) :]
    if np.ptp(tail) == 0:
        return (0.0, 0.0)
    from scipy import stats  # takes longer to import than everything else here to run

    thinned = tail[:: math.ceil(len(tail) / _SLOPES_OF)]
    found = stats.theilslopes(thinned, alpha=0.95)
    return float(found.low_slope), float(found.high_slope)


def _finite(values: Sequence[float]) -> Floats:
    return np.array([value for value in values if math.isfinite(value)], dtype=np.float64)
