"""Draw a panel with two axes, curves and a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lightning_modules.recording.canvas import Box, Canvas
from lightning_modules.recording.picture_text import DPI, text_width

Interval = tuple[float, float]
Points = NDArray[np.float64]  # a row of x and y for each point
_POINT = DPI / 72  # pixels
_TICKS = 4  # of an axis, about
_MARGIN = 0.05  # of the range of the data
_LARGEST = 1e300  # of a drawn value; with larger ones, the range of an axis could be infinite
_LABEL, _TITLE, _LEGEND = 10, 10, 8  # font sizes
_ROW, _HANDLE, _GAP = 15 * _POINT * 0.8, 20 * _POINT * 0.8, 6 * _POINT * 0.8  # of a legend
_SAMPLES = 60  # positions at which curves are compared with the place of a legend


@dataclass(frozen=True)
class Curve:
    """A line with its label. `dot` is the diameter of the marks in points, 0 without marks."""

    label: str
    points: Points
    color: str
    width: float
    dot: float = 0.0
    is_dashed: bool = False


def draw_panel(
    canvas: Canvas, box: Box, title: str, axis_labels: tuple[str, str], curves: Sequence[Curve], x: Interval
) -> None:
    """Draw curves in a box, whose outside has the labels. `x` is the range of the horizontal axis.

    A curve with the range of the axis is a level: it extends from the left to the right border.
    """
    canvas.text((box.left + box.right) / 2, box.top + 13 * _POINT, title, _TITLE)
    finite = np.concatenate([curve.points for curve in curves])
    y = _with_margin(finite[np.isfinite(finite[:, 1]), 1])
    for position, text in _ticks(canvas, box, x, is_vertical=False):
        canvas.line([(position, box.bottom), (position, box.top)], "#ebebeb", 0.8, snap=True)
        canvas.line([(position, box.bottom - 3.5 * _POINT), (position, box.bottom)], "black", 0.8, snap=True)
        canvas.text(position, box.bottom - 11 * _POINT, text, _LABEL)
    vertical = _ticks(canvas, box, y, is_vertical=True)
    for position, text in vertical:
        canvas.line([(box.left, position), (box.right, position)], "#ebebeb", 0.8, snap=True)
        canvas.line([(box.left - 3.5 * _POINT, position), (box.left, position)], "black", 0.8, snap=True)
        canvas.text(box.left - 7 * _POINT, position, text, _LABEL, anchor="right")
    canvas.text((box.left + box.right) / 2, box.bottom - 26 * _POINT, axis_labels[0], _LABEL)
    widest = max((text_width(text, _LABEL) for _, text in vertical), default=0.0)
    canvas.text(box.left - widest - 16 * _POINT, (box.bottom + box.top) / 2, axis_labels[1], _LABEL, upwards=True)
    drawn = [_in_pixels(curve.points, box, x, y) for curve in curves]
    for curve, points in zip(curves, drawn, strict=True):
        canvas.line(points, curve.color, curve.width, curve.is_dashed)
        if curve.dot:
            canvas.dots(points, curve.color, curve.dot)
    canvas.line([(box.left, box.top), (box.left, box.bottom), (box.right, box.bottom)], "black", 0.8, snap=True)
    _draw_legend(canvas, box, curves, drawn)


def range_of(curves: Sequence[Curve]) -> Interval:
    """Return the range of x of the curves, with margins."""
    return _with_margin(np.concatenate([curve.points[:, 0] for curve in curves]))


def _with_margin(values: Points) -> Interval:
    """Return the range of values, wide enough for distinct ticks, also if all values are equal."""
    from matplotlib.transforms import nonsingular

    limited = values.clip(-_LARGEST, _LARGEST)
    low, high = nonsingular(float(limited.min()), float(limited.max()), expander=_MARGIN)
    margin = (high - low) * _MARGIN
    return low - margin, high + margin


def _ticks(canvas: Canvas, box: Box, interval: Interval, is_vertical: bool) -> list[tuple[float, str]]:
    """Return the pixel and the label of each tick. A common factor or summand is written at the end."""
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    low, high = interval
    locations = MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    visible = [value for value in locations if low <= value <= high]
    formatter: Any = ScalarFormatter(useMathText=False)
    formatter.create_dummy_axis()
    formatter.axis.set_view_interval(low, high)
    labels = formatter.format_ticks(visible)
    if power := formatter.get_offset():
        x, y = (box.left, box.top + 8 * _POINT) if is_vertical else (box.right, box.bottom - 26 * _POINT)
        canvas.text(x, y, power, _LABEL, anchor="left" if is_vertical else "right")
    start, length = (box.bottom, box.height) if is_vertical else (box.left, box.width)
    pixels = [start + length * (value - low) / (high - low) for value in visible]
    return list(zip(pixels, labels, strict=True))


def _in_pixels(points: Points, box: Box, x: Interval, y: Interval) -> Points:
    lows, sizes = np.array([x[0], y[0]]), np.array([x[1] - x[0], y[1] - y[0]])
    pixels: Points = np.array([box.left, box.bottom]) + (points - lows) / sizes * np.array([box.width, box.height])
    return pixels


def _draw_legend(canvas: Canvas, box: Box, curves: Sequence[Curve], drawn: Sequence[Points]) -> None:
    labels = max(text_width(curve.label, _LEGEND) for curve in curves)
    place = _free_place(box, _HANDLE + _GAP + labels, _ROW * len(curves), drawn)
    canvas.rectangle(place, "white", alpha=0.75)
    for row, curve in enumerate(curves):
        y = place.top - (row + 0.5) * _ROW
        ends = [(place.left, y), (place.left + _HANDLE, y)]
        canvas.line(ends, curve.color, curve.width, curve.is_dashed)
        if curve.dot:
            canvas.dots([(place.left + _HANDLE / 2, y)], curve.color, curve.dot)
        canvas.text(place.left + _HANDLE + _GAP, y, curve.label, _LEGEND, anchor="left")


def _free_place(box: Box, width: float, height: float, drawn: Sequence[Points]) -> Box:
    """Return the place of a legend, at the right or the left border, that covers the least of the curves."""
    columns = [box.right - width - _GAP]
    if width < box.width / 2:  # a wider one would extend beyond the picture, whose right margin is small
        columns.append(box.left + _GAP)
    rows = ((box.bottom + box.top - height) / 2, box.top - height - _GAP, box.bottom + _GAP)
    places = [Box(left, bottom, left + width, bottom + height) for left in columns for bottom in rows]
    return min(places, key=lambda place: sum(_covered(place, points) for points in drawn))


def _covered(place: Box, points: Points) -> int:
    """Return at how many positions of a place a curve crosses it."""
    finite = points[np.isfinite(points).all(axis=1)]
    positions = np.linspace(place.left, place.right, _SAMPLES)
    heights = np.interp(positions, finite[:, 0], finite[:, 1], left=np.nan, right=np.nan)
    return int(((heights > place.bottom) & (heights < place.top)).sum())
