"""Copy the reports, analyses, figures and the specs of an experiment into its package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from compiler.base.paths import MODEL_REQUESTS
from lab.approvals.subject_hashes import spec_file
from lab.publication.contents.material import Material
from lab.publication.package_error import CannotPackage

_FOLDERS = ("reports", "analysis")
_SUFFIXES = frozenset({".md", ".html", ".pdf", ".tex", ".png", ".svg"})  # JSON files are redacted, see records.py
LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING")


def copied_files(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield the path in the package and the content of each file that is copied without a change.

    Raises:
        CannotPackage: A file is a link, which could lead out of the lab.
    """
    for folder in _FOLDERS:
        for file in files_below(material.folder / folder):
            path = file.relative_to(material.folder).as_posix()
            if file.suffix in _SUFFIXES and not path.startswith(MODEL_REQUESTS):
                yield path, file.read_bytes()
    licence = licence_file(material.lab.root)
    if licence is not None:
        yield "LICENSE", licence.read_bytes()
    yield from _configs(material)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the visible files below a folder, sorted. Raises CannotPackage for a link."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise CannotPackage(f"{path}: is a link, and a package has no links (replace it by a file)")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def licence_file(root: Path) -> Path | None:
    """Return the licence of a lab, None if it has none."""
    files = (root / name for name in LICENCE_NAMES)
    return next((file for file in files if file.is_file() and not file.is_symlink()), None)


def _configs(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield the configs of the lab and the specs of the experiment and its ancestors, but of no other experiment."""
    conf = material.lab.conf
    for file in files_below(conf):
        path = file.relative_to(conf)
        if path.parts[0] != "experiment" and file.suffix in (".yaml", ".yml", ".bib"):
            yield f"reproduce/conf/{path.as_posix()}", file.read_bytes()
    for name in lineage(material):
        spec = spec_file(material.lab, material.plan.experiments[name])
        if spec.is_file():
            yield f"reproduce/conf/experiment/{name}.yaml", spec.read_bytes()


def lineage(material: Material) -> list[str]:
    """Return the experiment, its parent, and so on, as far as their specs compile."""
    names = [material.name]
    while (parent := material.plan.parent(names[-1])) is not None and parent.id not in names:
        names.append(parent.id)
    return names
