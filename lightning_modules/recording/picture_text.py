"""Write lines of text into a picture with Pillow, in a tenth of the time that matplotlib takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

DPI = 120
_CENTRE = 0.36  # of the font size: half of the height of a digit
Anchor = Literal["left", "center", "right"]
_ANCHORS = {"left": "ls", "center": "ms", "right": "rs"}  # names of Pillow for the same points on the baseline
_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}  # of the width of a text, before its point


@dataclass(frozen=True)
class Text:
    """A line of text. The point is in the middle of the height of its digits, and y points downwards."""

    x: float
    y: float
    line: str
    size: float
    anchor: Anchor
    color: str
    is_upwards: bool


def write_text(image: Any, text: Text) -> None:
    """Write a text into an image of Pillow."""
    from PIL import ImageDraw

    font, below = _font(text.size), _CENTRE * text.size * DPI / 72
    if not text.is_upwards:
        position = (round(text.x), round(text.y + below))
        ImageDraw.Draw(image).text(position, text.line, text.color, font, _ANCHORS[text.anchor])
        return
    mask, baseline = _mask(text, font)
    top = round(text.y - text_width(text.line, text.size) * (1 - _SHARES[text.anchor]))
    image.paste(text.color, (round(text.x + below) - baseline, top), mask)


def _mask(text: Text, font: Any) -> tuple[Any, int]:
    """Return a picture of the text that reads upwards, and the position of its baseline from the left."""
    from PIL import Image, ImageDraw

    width, baseline = math.ceil(text_width(text.line, text.size)), round(text.size * DPI / 72)
    mask = Image.new("L", (max(width, 1), baseline * 3 // 2))
    ImageDraw.Draw(mask).text((0, baseline), text.line, 255, font, "ls")
    return mask.transpose(Image.Transpose.ROTATE_90), baseline


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in pixels."""
    return float(_font(size).getlength(text))


@cache
def _font(size: float) -> Any:
    """Return matplotlib's default font. Some systems keep it outside the folder of matplotlib."""
    from matplotlib import get_data_path
    from PIL import ImageFont

    file = Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    if not file.is_file():
        from matplotlib.font_manager import findfont

        file = Path(findfont("DejaVu Sans"))
    return ImageFont.truetype(file, size * DPI / 72, layout_engine=ImageFont.Layout.BASIC)
