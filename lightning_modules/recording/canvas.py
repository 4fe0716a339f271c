"""Draw lines and shapes with matplotlib's renderer, and texts with Pillow.

Figures and axes of matplotlib would take most of the time of a picture, because they create hundreds of objects and
measure each text several times. The renderer alone draws the same shapes. Pillow draws a text in matplotlib's font, and
in a tenth of matplotlib's time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightning_modules.recording.picture_text import DPI, Anchor, Text, write_text

_DASHES = (3.7, 1.6)  # lengths of dash and gap, in line widths
_COMPRESSION = 3  # level of zlib


class Box(NamedTuple):
    """A rectangle in pixels. y points upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Canvas:
    """A white picture. Positions are in pixels from the lower left corner; sizes of fonts and lines are in points.

    Args:
        width: of the picture, in inches.
        height: of the picture, in inches.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = round(width * DPI), round(height * DPI)
        self._renderer = _renderer(self.width, self.height)
        self._texts: list[Text] = []
        self.rectangle(Box(0, 0, self.width, self.height), "white")

    def line(self, points: ArrayLike, color: str, width: float, dashed: bool = False, snap: bool | None = None) -> None:
        """Draw a line through points. A point that is not finite leaves a gap."""
        from matplotlib.path import Path as Outline
        from matplotlib.transforms import IdentityTransform

        context = self._context(color, width)
        context.set_snap(snap)
        context.set_joinstyle("round")
        if dashed:
            context.set_dashes(0, [length * width for length in _DASHES])
            context.set_capstyle("butt")
        self._renderer.draw_path(context, Outline(np.asarray(points, float)), IdentityTransform())

    def dots(self, points: ArrayLike, color: str, diameter: float) -> None:
        """Draw a filled circle at each point."""
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path as Outline
        from matplotlib.transforms import Affine2D, IdentityTransform

        size = Affine2D().scale(diameter / 2 * DPI / 72)
        outline, centres = Outline.unit_circle(), Outline(np.asarray(points, float))
        self._renderer.draw_markers(
            self._context(color, 0), outline, size, centres, IdentityTransform(), to_rgba(color)
        )

    def rectangle(self, box: Box, color: str, alpha: float = 1.0) -> None:
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path as Outline
        from matplotlib.transforms import Affine2D

        place = Affine2D().scale(box.width, box.height).translate(box.left, box.bottom)
        self._renderer.draw_path(self._context(color, 0), Outline.unit_rectangle(), place, to_rgba(color, alpha))

    def image(self, left: float, bottom: float, pixels: NDArray[np.uint8]) -> None:
        """Draw pixels with four channels, the top row first."""
        self._renderer.draw_image(self._context("black", 0), left, bottom, np.ascontiguousarray(pixels[::-1]))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        anchor: Anchor = "center",
        color: str = "black",
        upwards: bool = False,
    ) -> None:
        """Write a line of text, above everything else. The point is in the middle of the height of its digits."""
        self._texts.append(Text(x, self.height - y, " ".join(text.split()), size, anchor, color, upwards))

    def save(self, target: Path | BinaryIO) -> None:
        """Write the picture as PNG. Equal pictures give equal bytes."""
        from PIL import Image

        image = Image.fromarray(np.asarray(self._renderer.buffer_rgba())).convert("RGB")
        for text in self._texts:
            write_text(image, text)
        image.save(target, format="png", dpi=(DPI, DPI), compress_level=_COMPRESSION)

    def _context(self, color: str, width: float) -> Any:
        context = self._renderer.new_gc()
        context.set_foreground(color)
        context.set_linewidth(width)
        return context


def _renderer(width: int, height: int) -> Any:
    from matplotlib.backends.backend_agg import RendererAgg

    create: Any = RendererAgg  # matplotlib does not state its types
    return create(width, height, DPI)
