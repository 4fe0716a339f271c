"""Where a figure's image lies, for each format: reports stand in `reports/` of the experiment's folder."""

from __future__ import annotations

import base64
import posixpath
from pathlib import Path

from agents.documents.document import Figure

REPORTS = "reports"
_EMBEDDED_UP_TO = 2**20  # bytes of an SVG that is put into a page; past it the PNG is


class MissingImage(Exception):
    """A figure names an image that is not in the experiment's folder."""


def beside_report(figure: Figure) -> str:
    return posixpath.relpath(figure.path, REPORTS)


def from_root(figure: Figure, folder: Path) -> str:
    """As typst names it, whose root is the experiment's folder: the drawing where there is one."""
    return "/" + _best(figure, folder).relative_to(folder.resolve()).as_posix()


def embedded(figure: Figure, folder: Path) -> str:
    """The image itself. As the source of an image, an SVG runs no script."""
    file = _best(figure, folder)
    kind = "svg+xml" if file.suffix == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _best(figure: Figure, folder: Path) -> Path:
    """Raises MissingImage."""
    png = (folder / figure.path).resolve()
    if not png.is_relative_to(folder.resolve()) or not png.is_file():
        raise MissingImage(f"figure '{figure.id}': there is no {figure.path} in {folder}")
    svg = png.with_suffix(".svg")
    return svg if svg.is_file() and svg.stat().st_size <= _EMBEDDED_UP_TO else png
