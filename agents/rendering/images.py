"""Refer to images of figures in each output format. Reports are in `reports/` of the experiment's folder."""

from __future__ import annotations

import base64
import posixpath
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class EmbeddedImages:
    """Embeds images in a page that pandoc has written with a short name for each, because data URIs slow pandoc down.

    `folder` is the folder of the experiment.
    """

    folder: Path
    _files: list[Path] = field(init=False, default_factory=list)

    def name(self, figure: Figure) -> str:
        """Return the name of an image, and embed it under this name. Raises MissingImage."""
        self._files.append(_image_file(figure, self.folder))
        return f"image-{len(self._files)}"

    def embed(self, page: str) -> str:
        """Return the page with data URIs. Pandoc escapes `<` in texts, so no text contains a tag."""
        for number, file in enumerate(self._files, start=1):
            page = page.replace(f'<img src="image-{number}"', f'<img src="{_data_uri(file)}"')
        return page


def _data_uri(file: Path) -> str:
    """Return an image as a data URI. Browsers do not run scripts of an SVG that is the source of an image."""
    kind = "svg+xml" if file.suffix == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _image_file(figure: Figure, folder: Path) -> Path:
    """Return the SVG of a figure if it exists and is small enough, else the PNG. Raises MissingImage."""
    png = (folder / figure.path).resolve()
    if not png.is_relative_to(folder.resolve()) or not png.is_file():
        raise MissingImage(f"figure '{figure.id}': there is no {figure.path} in {folder}")
    svg = png.with_suffix(".svg")
    return svg if svg.is_file() and svg.stat().st_size <= _MAX_EMBEDDED_SVG else png
