"""Plot how often each class was predicted for each true class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lightning_modules.recording.item_results import PREDICTION, TARGET, Items

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_NUMBERED_CLASSES = 30  # with more classes, the counts are too small to read
MAX_CLASSES = 1000
_GAMMA = 0.5  # of the colour scale: rare errors stay visible beside a diagonal of nearly one
_DARK_SHARE = 0.35  # from this share of a row on, the cell is so dark that its count is written in white
_CELL, _UNNUMBERED_SIDE = 0.36, 6.5  # inches
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.65, 0.95, 0.6, 0.75  # margins in inches
_MAX_TICKS = 30


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
    from matplotlib.colors import PowerNorm
    from matplotlib.figure import Figure  # pyplot would double the import time and keep global state

    classes, counts = confusion_counts(items)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    is_numbered = len(classes) <= MAX_NUMBERED_CLASSES
    side = max(3.2, _CELL * len(classes)) if is_numbered else _UNNUMBERED_SIDE  # of the matrix, in inches
    width, height = side + _LEFT + _RIGHT, side + _BOTTOM + _TOP
    figure = Figure(figsize=(width, height))
    figure.suptitle(title, fontsize=11, y=1 - 0.15 / height)
    axes = figure.add_axes((_LEFT / width, _BOTTOM / height, side / width, side / height))
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(_GAMMA, 0, 1), aspect="auto")
    _label_axes(axes, classes, int(counts.sum()), float(np.trace(counts) / counts.sum()))
    if is_numbered:
        _write_counts(axes, counts, shares)
    bar_axes = figure.add_axes(((_LEFT + side + 0.15) / width, _BOTTOM / height, 0.18 / width, side / height))
    bar = figure.colorbar(image, cax=bar_axes, ticks=[0, 0.05, 0.2, 0.4, 0.6, 0.8, 1])
    bar.set_label("share of the items of the true class", fontsize=9)
    bar_axes.tick_params(labelsize=8)
    bar_axes.spines[:].set_visible(False)
    figure.savefig(target, format="png", dpi=120, metadata={"Software": None}, pil_kwargs={"compress_level": 3})


def _classes(items: Items) -> NDArray[np.int64]:
    return np.unique(np.concatenate([items[TARGET], items[PREDICTION]]).astype(np.int64))


def _label_axes(axes: Axes, classes: list[int], count: int, accuracy: float) -> None:
    step = -(-len(classes) // _MAX_TICKS)
    positions = range(0, len(classes), step)
    labels = [str(classes[position]) for position in positions]
    tick_style: dict[str, Any] = {"fontsize": 8, "rotation": 90 if max(map(len, labels)) > 3 else 0}
    axes.set_xticks(positions, labels, **tick_style)
    axes.set_yticks(positions, labels, fontsize=8)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(f"{count} test items, accuracy {accuracy:.3f}", fontsize=10)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _write_counts(axes: Axes, counts: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
    size = 9 if counts.max() < 1000 else 7
    for row, column in np.argwhere(counts):  # a cell without items stays empty
        color = "white" if shares[row, column] >= _DARK_SHARE else "#222222"
        count = str(counts[row, column])
        axes.text(column, row, count, ha="center", va="center", fontsize=size, color=color)
