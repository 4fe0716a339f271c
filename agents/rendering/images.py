"""Refer to images of figures in each output format. Reports are in `reports/` of the experiment's folder."""

from __future__ import annotations

import base64
import posixpath
from pathlib import Path

from agents.documents.document import Figure

REPORTS = "reports"
_MAX_EMBEDDED_SVG = 2**20  # bytes; the PNG replaces a larger SVG


class MissingImage(Exception):
    """The image of a figure is not in the folder of the experiment."""


def relative_path(figure: Figure) -> str:
    """Return the path from the folder of the reports."""
    return posixpath.relpath(figure.path, REPORTS)


def typst_path(figure: Figure, folder: Path) -> str:
    """Return the path from the root of Typst, which is the folder of the experiment. An SVG is preferred."""
    return "/" + _image_file(figure, folder).relative_to(folder.resolve()).as_posix()


def data_uri(figure: Figure, folder: Path) -> str:
    """Return the image as a data URI. Browsers do not run scripts of an SVG that is the source of an image."""
    file = _image_file(figure, folder)
    kind = "svg+xml" if file.suffix == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _image_file(figure: Figure, folder: Path) -> Path:
    """Return the SVG of a figure if it exists and is small enough, else the PNG. Raises MissingImage."""
    png = (folder / figure.path).resolve()
    if not png.is_relative_to(folder.resolve()) or not png.is_file():
        raise MissingImage(f"figure '{figure.id}': there is no {figure.path} in {folder}")
    svg = png.with_suffix(".svg")
    return svg if svg.is_file() and svg.stat().st_size <= _MAX_EMBEDDED_SVG else png
