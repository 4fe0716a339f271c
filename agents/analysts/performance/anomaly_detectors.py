"""Detect anomalies in the values of a metric series. All detectors except `first_not_finite` are heuristics.

Each detector is a pure function over values in the order of logging. None of them is a statistical test, so a series
without a detected anomaly may still have one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_POINTS = 20  # of a series, which a heuristic needs
# Iglewicz and Hoaglin propose 3.5 for testing a symmetric sample once. A series is tested at some hundred points, and
# batch losses are skewed: in normal trainings of the shipped digits experiments their scores reach 7.
SPIKE_Z = 10.0
SPIKE_SHARE = 0.05  # of the range of the series: smaller jumps are not visible in a plot
DIVERGED_FACTOR = 2.0
_WINDOW = 5  # values before a jump
_TAIL = 0.5  # part of the series whose slope is estimated
_END = 0.1  # part of the series whose median is the final value
_MAX_SLOPE_POINTS = 200  # the Theil-Sen estimator compares all pairs of points, so its time grows with their square

Floats = NDArray[np.float64]


def first_not_finite(values: Sequence[float]) -> int | None:
    """Return the index of the first NaN or infinity. This needs no minimum number of points."""
    return next((index for index, value in enumerate(values) if not math.isfinite(value)), None)


def spikes(values: Sequence[float]) -> tuple[int, ...]:
    """Return the indices at which a loss jumps up from the median of the five values before it.

    The criterion is the modified z-score of Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (ASQC, 1993),
    which is the jump minus the median jump, divided by the median absolute deviation times 1.4826. Positive losses
    are compared on a logarithmic scale, because their noise is about proportional to their size.
    """
    finite = _finite(values)
    if len(finite) < LEAST_POINTS:
        return ()
    jumps = _jumps(np.log(finite) if finite.min() > 0 else finite)
    deviation = 1.4826 * float(np.median(np.abs(jumps - np.median(jumps))))
    is_visible = _jumps(finite) > SPIKE_SHARE * float(np.ptp(finite))
    is_sudden = jumps - np.median(jumps) > SPIKE_Z * deviation
    return tuple(int(index) + _WINDOW for index in np.flatnonzero(is_visible & is_sudden))


def diverged(values: Sequence[float]) -> bool:
    """Return whether a loss ends at a multiple of its initial value. The median of its last tenth is compared."""
    finite = _finite(values)
    if len(finite) < LEAST_POINTS:
        return False
    end = float(np.median(finite[-max(3, round(_END * len(finite))) :]))
    start = float(finite[0])
    return end - start > (DIVERGED_FACTOR - 1) * abs(start)


def plateau(values: Sequence[float]) -> bool:
    """Return whether the 95% interval of the slope over the second half of a series includes zero.

    The slope is that of Theil (1950) and Sen (1968), which assumes independent noise around a line.
    """
    slope = _tail_slope(values)
    return slope is not None and slope[0] <= 0 <= slope[1]


def overfits(train: Sequence[float], evaluation: Sequence[float]) -> bool:
    """Return whether the training loss falls while the evaluation loss rises, over the second half of both.

    Both slope intervals, computed as for a plateau, must exclude zero. Prechelt, "Early stopping, but when?" (1998),
    measures the rise of the evaluation loss above its minimum as generalisation loss.
    """
    train_slope, evaluation_slope = _tail_slope(train), _tail_slope(evaluation)
    return train_slope is not None and evaluation_slope is not None and train_slope[1] < 0 < evaluation_slope[0]


def all_equal(series: Sequence[Sequence[float]]) -> bool:
    """Return whether the series of several runs are identical. If they are, the seed may not be in effect.

    NaNs count as equal.
    """
    return len(series) > 1 and all(np.array_equal(series[0], other, equal_nan=True) for other in series[1:])


def _jumps(values: Floats) -> Floats:
    """Return the difference of each value from the median of the values before it."""
    windows = np.lib.stride_tricks.sliding_window_view(values, _WINDOW)[:-1]
    return np.asarray(values[_WINDOW:] - np.median(windows, axis=1), dtype=np.float64)


def _tail_slope(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the interval of the slope over the second half, None with too few points or a value that is not finite."""
    if len(values) < LEAST_POINTS or first_not_finite(values) is not None:
        return None
    tail = np.asarray(values, dtype=float)[-round(_TAIL * len(values)) :]
    if np.ptp(tail) == 0:
        return (0.0, 0.0)
    from scipy import stats  # slow to import

    thinned = tail[:: math.ceil(len(tail) / _MAX_SLOPE_POINTS)]
    estimate = stats.theilslopes(thinned, alpha=0.95)
    return float(estimate.low_slope), float(estimate.high_slope)


def _finite(values: Sequence[float]) -> Floats:
    return np.array([value for value in values if math.isfinite(value)], dtype=np.float64)
