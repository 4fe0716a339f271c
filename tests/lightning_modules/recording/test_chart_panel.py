"""The panels of learning curves: any values give a readable picture, and the curves are in it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageColor

from lightning_modules.recording.canvas import Box, Canvas
from lightning_modules.recording.chart_panel import Curve, draw_panel, range_of

COLOR = "#c8501e"
BOX = Box(100, 60, 580, 380)
VALUES = {
    "falls": [2.0, 1.0, 0.5],
    "one point": [0.5],
    "equal": [0.7, 0.7, 0.7],
    "zero": [0.0, 0.0],
    "nearly equal": [0.95, 0.95 + 1e-15],
    "tiny": [5e-324, 1e-320],
    "largest": [-1.7e308, 1.7e308],
    "infinite": [np.inf, 1.0, -np.inf, 2.0],
    "not a number": [np.nan, 1.0, 2.0, 2.5],
    "outlier": [1.0, 1e30, 2.0],
}


def curve(values: list[float], label: str = "eval_loss") -> Curve:
    points = np.column_stack([np.arange(1, len(values) + 1), values]).astype(float)
    return Curve(label, points, COLOR, 1.8, dot=5.0)


def picture(curves: list[Curve]) -> NDArray[np.uint8]:
    canvas, buffer = Canvas(5.2, 3.8), BytesIO()
    draw_panel(canvas, BOX, "loss", ("optimizer steps", "loss"), curves, range_of(curves))
    canvas.save(buffer)
    with Image.open(buffer) as image:
        return np.asarray(image)


def marked(pixels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return row and column of each pixel with the exact colour of the curve."""
    return np.argwhere((pixels == ImageColor.getrgb(COLOR)).all(axis=2))


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_any_values_leave_a_visible_curve(values: list[float]) -> None:
    pixels = picture([curve(values)])
    rows, columns = marked(pixels).T
    assert len(rows) > 20
    assert BOX.left <= columns.min()
    assert columns.max() <= BOX.right


def test_a_falling_curve_falls_in_the_picture() -> None:
    positions = marked(picture([curve([2.0, 0.0])]))
    top_left, bottom_right = positions[positions[:, 1].argmin()], positions[positions[:, 1].argmax()]
    assert top_left[0] < bottom_right[0]


@pytest.mark.parametrize(
    "label", ["$x$ \\frac{", "", "a\nb", "损失", "x" * 300], ids=["maths", "empty", "lines", "letters", "long"]
)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_any_label_is_drawn_as_plain_text(label: str) -> None:
    assert len(marked(picture([curve([1.0, 2.0], label)]))) > 20


@pytest.mark.parametrize("values", [[0.0, 0.3, 0.6, 1.0], [1.0, 0.6, 0.3, 0.0]], ids=["rises", "falls"])
def test_the_legend_is_beside_a_monotonous_curve(values: list[float]) -> None:
    with_legend, without = picture([curve(values)]), picture([curve(values, "")])
    drawn = marked(without)
    assert (with_legend[tuple(drawn.T)] == ImageColor.getrgb(COLOR)).mean() > 0.9


@pytest.mark.parametrize("length", [1, 20, 40, 60])
def test_a_legend_of_any_width_ends_inside_the_panel(length: int) -> None:
    """The curve covers the right half, so that only the left half is free."""
    crowded = Curve("m" * length, np.array([(1, 0), *((x, x % 2) for x in range(50, 101))], float), COLOR, 1.8)
    pixels = picture([crowded])
    assert (pixels[:, int(BOX.right) + 5 :] == 255).all()
