"""Plot how often each class was predicted for each true class."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lightning_modules.recording.canvas import Box, Canvas
from lightning_modules.recording.item_results import PREDICTION, TARGET, Items
from lightning_modules.recording.picture_text import DPI, text_width

MAX_NUMBERED_CLASSES = 30  # with more classes, the counts are too small to read
MAX_CLASSES = 1000
_GAMMA = 0.5  # of the colour scale: rare errors stay visible beside a diagonal of nearly one
_DARK_SHARE = 0.35  # from this share of a row on, the cell is so dark that its count is written in white
_CELL, _UNNUMBERED_SIDE = 0.36, 6.5  # inches
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.65, 0.95, 0.6, 0.75  # margins in inches
_MAX_TICKS = 30
_BAR_TICKS = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 1.0)
_TITLE, _AXIS, _SUBTITLE, _TICK = 11, 10, 10, 8  # font sizes
_POINT = DPI / 72  # pixels


def has_classes(items: Items) -> bool:
    """Return whether targets and predictions are classes: whole numbers, not too many."""
    if not {TARGET, PREDICTION} <= items.keys():
        return False
    arrays = items[TARGET], items[PREDICTION]
    return all(array.dtype.kind in "iub" for array in arrays) and 1 < len(_classes(items)) <= MAX_CLASSES


def confusion_counts(items: Items) -> tuple[list[int], NDArray[np.int64]]:
    """Return the classes in ascending order, and the counts by true class (rows) and predicted class (columns)."""
    classes = _classes(items)
    rows, columns = (np.searchsorted(classes, items[name].astype(np.int64)) for name in (TARGET, PREDICTION))
    counts = np.bincount(rows * len(classes) + columns, minlength=len(classes) ** 2)
    return [int(value) for value in classes], counts.reshape(len(classes), len(classes))


def draw_confusion_matrix(items: Items, title: str, target: Path | BinaryIO) -> None:
    """Plot the counts. The colour of a cell is its share of the items of the true class."""
    classes, counts = confusion_counts(items)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    is_numbered = len(classes) <= MAX_NUMBERED_CLASSES
    side = max(3.2, _CELL * len(classes)) if is_numbered else _UNNUMBERED_SIDE  # of the matrix, in inches
    canvas = Canvas(side + _LEFT + _RIGHT, side + _BOTTOM + _TOP)
    box = Box(_LEFT * DPI, _BOTTOM * DPI, (_LEFT + side) * DPI, (_BOTTOM + side) * DPI)
    canvas.text(canvas.width / 2, canvas.height - 0.2 * DPI, title, _TITLE)
    accuracy = float(np.trace(counts) / counts.sum())
    subtitle = f"{counts.sum()} test items, accuracy {accuracy:.3f}"
    canvas.text((box.left + box.right) / 2, box.top + 10 * _POINT, subtitle, _SUBTITLE)
    canvas.image(round(box.left), round(box.bottom), _colors(_cell_pixels(shares, round(side * DPI))))
    _label_axes(canvas, box, classes)
    if is_numbered:
        _write_counts(canvas, box, counts, shares)
    _draw_color_bar(canvas, box)
    canvas.save(target)


def _classes(items: Items) -> NDArray[np.int64]:
    return np.unique(np.concatenate([items[TARGET], items[PREDICTION]]).astype(np.int64))


def _cell_pixels(shares: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the share of each pixel of the matrix. A pixel that several cells have in common gets the largest."""
    count = len(shares)
    if count > size:
        starts = np.linspace(0, count, size, endpoint=False).astype(int)
        return np.maximum.reduceat(np.maximum.reduceat(shares, starts, axis=0), starts, axis=1)
    widths = np.diff(np.linspace(0, size, count + 1).round().astype(int))
    return shares.repeat(widths, axis=0).repeat(widths, axis=1)


def _colors(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    from matplotlib import colormaps

    colors: NDArray[np.uint8] = colormaps["Blues"](shares**_GAMMA, bytes=True)
    return colors


def _label_axes(canvas: Canvas, box: Box, classes: list[int]) -> None:
    step, cell = -(-len(classes) // _MAX_TICKS), box.width / len(classes)
    labels = {position: str(classes[position]) for position in range(0, len(classes), step)}
    is_long = max(map(len, labels.values())) > 3
    for position, label in labels.items():
        middle = (position + 0.5) * cell
        if is_long:
            canvas.text(box.left + middle, box.bottom - 4 * _POINT, label, _TICK, anchor="right", upwards=True)
        else:
            canvas.text(box.left + middle, box.bottom - 8 * _POINT, label, _TICK)
        canvas.text(box.left - 4 * _POINT, box.top - middle, label, _TICK, anchor="right")
    widest = max(text_width(label, _TICK) for label in labels.values())
    below = widest if is_long else 8 * _POINT
    canvas.text((box.left + box.right) / 2, box.bottom - below - 13 * _POINT, "predicted class", _AXIS)
    canvas.text(box.left - widest - 13 * _POINT, (box.bottom + box.top) / 2, "true class", _AXIS, upwards=True)


def _write_counts(canvas: Canvas, box: Box, counts: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
    size, cell = 9 if counts.max() < 1000 else 7, box.width / len(counts)
    for row, column in np.argwhere(counts):  # a cell without items stays empty
        color = "white" if shares[row, column] >= _DARK_SHARE else "#222222"
        x, y = box.left + (column + 0.5) * cell, box.top - (row + 0.5) * cell
        canvas.text(x, y, str(counts[row, column]), size, color=color)


def _draw_color_bar(canvas: Canvas, box: Box) -> None:
    left, width = round(box.right + 0.15 * DPI), round(0.18 * DPI)
    heights = np.linspace(1, 0, round(box.height)) ** (1 / _GAMMA)
    canvas.image(left, round(box.bottom), _colors(np.tile(heights[:, None], (1, width))))
    right = left + width
    for share in _BAR_TICKS:
        y = box.bottom + share**_GAMMA * (box.height - 1)
        canvas.line([(right, y), (right + 3.5 * _POINT, y)], "black", 0.8, snap=True)
        canvas.text(right + 7 * _POINT, y, f"{share:.2f}", _TICK, anchor="left")
    label = "share of the items of the true class"
    canvas.text(right + 32 * _POINT, (box.bottom + box.top) / 2, label, 9, upwards=True)
