"""Check the figures and tables of a document: unique ids, complete rows, images in the experiment's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from agents.documents.document import Table
from agents.review.structure.document_blocks import ExhibitWithSlot
from agents.review.text.objection import Objection

_IMAGE_SUFFIXES = (".png", ".svg")


def check_exhibits(exhibits: Iterable[ExhibitWithSlot], folder: Path | None) -> Iterator[Objection]:
    """Yield the objections to exhibits.

    `folder` is the folder of the experiment. If it is None, the existence of image files is not checked.
    """
    ids: set[str] = set()
    for slot, exhibit in exhibits:
        if exhibit.id in ids:
            yield Objection(
                f"{slot}.id", 1, 1, exhibit.id, "exhibit", f"two exhibits have the id '{exhibit.id}': rename one"
            )
        ids.add(exhibit.id)
        if isinstance(exhibit, Table):
            yield from _check_rows(slot, exhibit)
        elif reason := _image_problem(exhibit.path, folder):
            yield Objection(f"{slot}.path", 1, 1, exhibit.path, "figure", reason)


def _check_rows(slot: str, table: Table) -> Iterator[Objection]:
    for index, row in enumerate(table.rows):
        if len(row) != len(table.columns):
            reason = f"the row has {len(row)} cells, the table has {len(table.columns)} columns"
            yield Objection(f"{slot}.rows.{index}", 1, 1, " | ".join(row), "table", reason)


def _image_problem(path: str, folder: Path | None) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or ":" in path or "\\" in path:
        return "the image must be in the experiment's folder"
    if pure.suffix not in _IMAGE_SUFFIXES:
        return "an image must be a PNG or an SVG file"
    return "" if folder is None or (folder / pure).is_file() else "there is no such image file"
