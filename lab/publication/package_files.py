"""Compute all files of a package, and write them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from compiler.base.json_files import write_bytes
from lab.publication.checklist import CHECKLIST, checklist_json, checklist_markdown
from lab.publication.checksums import CHECKSUMS, VERIFY, checksums_text
from lab.publication.contents.best_checkpoint import best_checkpoint
from lab.publication.contents.checklist_items import checklist_items
from lab.publication.contents.citation import citation_cff, zenodo_json
from lab.publication.contents.copied_files import copied_files
from lab.publication.contents.environment import environment_files
from lab.publication.contents.material import Material
from lab.publication.contents.model_card import model_card, weights_csv
from lab.publication.contents.readme import readme
from lab.publication.contents.records import records
from lab.publication.contents.redacted_json import redacted_json
from lab.publication.contents.tables import tables
from lab.publication.crate.crate_metadata import METADATA, crate_metadata
from lab.publication.crate.workflow import workflow_files
from lab.publication.package_error import CannotPackage


def package_files(material: Material) -> dict[str, bytes]:
    """Return the content of each file by path. The checksums cover all other files.

    Raises:
        CannotPackage: A file cannot be part of a package.
    """
    files: dict[str, bytes] = {}
    _add(files, copied_files(material))
    _add(files, records(material))
    _add(files, tables(material))
    _add(files, environment_files(material))
    _add(files, [("CITATION.cff", citation_cff(material)), (".zenodo.json", zenodo_json(material))])
    best = best_checkpoint(material)
    if best is not None:
        _add(files, [("model_card/README.md", model_card(material, best, "LICENSE" in files))])
        _add(files, [("model_card/weights.csv", weights_csv(best))])
    _add(files, [("verify.sh", VERIFY), *workflow_files()])
    _add(files, [("README.md", readme(material, {*files, CHECKLIST, "CHECKLIST.md", METADATA}))])
    items = checklist_items(material, files)
    _add(files, [(CHECKLIST, redacted_json(checklist_json(items)).content)])
    _add(files, [("CHECKLIST.md", checklist_markdown(items).encode())])
    _add(files, [(METADATA, crate_metadata(material, files))])
    return {**files, CHECKSUMS: checksums_text(files).encode()}


def _add(files: dict[str, bytes], added: Iterable[tuple[str, bytes]]) -> None:
    """Add files. Raises CannotPackage if two paths are equal on a file system that ignores case."""
    for path, content in added:
        if equal := next((other for other in files if other.casefold() == path.casefold()), None):
            raise CannotPackage(f"{path}: has the same name as {equal} where case is ignored (rename one of them)")
        files[path] = content


def write_package(package: Path, files: Mapping[str, bytes]) -> None:
    """Replace a package by these files. The folder is complete at every moment, or it does not exist.

    A link in the place of the package is removed, and what it points to stays as it is.
    """
    prepared = package.with_name(f".{package.name}.{os.getpid()}")
    shutil.rmtree(prepared, ignore_errors=True)
    for path, content in files.items():
        write_bytes(prepared / path, content)
    if package.is_symlink() or package.is_file():
        package.unlink()
    shutil.rmtree(package, ignore_errors=True)
    prepared.rename(package)
