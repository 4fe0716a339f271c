"""Restore the files of an archived experiment. Files that exist are never replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from lab.archive.content import Cache, StoredFile, WrongContent
from lab.archive.pointers.pointer import ExperimentPointer, Out
from rules.results.run_links import link_runs


def restore_files(lab: Lab, cache: Cache, pointer: ExperimentPointer) -> list[str]:
    """Write the missing files of an experiment, and the links to its runs.

    Nothing is written before all content is checked. Returns the paths of existing files that differ from the archived
    ones. They are kept.

    Raises:
        WrongContent: Archived content is missing or damaged, or a folder is a link. Nothing was written.
    """
    targets = dict(_targets(cache, pointer))
    for path in targets:
        _check_folders(lab, path)
    missing, differing = {}, []
    for path, file in targets.items():
        md5 = cache.read(file).md5
        if not os.path.lexists(lab.root / path):
            missing[path] = file
        elif not _has_content(lab.root / path, md5):
            differing.append(path)
    for path, file in missing.items():
        _write(cache, file, lab.root / path)
    _link_runs(lab, pointer)
    return differing


def _targets(cache: Cache, pointer: ExperimentPointer) -> Iterator[tuple[str, StoredFile]]:
    for out in pointer.outs:
        yield from ((_join(out, file), file) for file in _files(cache, out))


def _files(cache: Cache, out: Out) -> tuple[StoredFile, ...]:
    try:
        return cache.files(out)
    except WrongContent as error:
        raise WrongContent(f"{out.path}: {error}") from error


def _join(out: Out, file: StoredFile) -> str:
    return f"{out.path}/{file.path}" if file.path else out.path


def _check_folders(lab: Lab, path: str) -> None:
    """Raise WrongContent if a folder on the path is a link, which could lead out of the lab."""
    for parent in list(Path(path).parents)[:-2]:  # `results` itself may be a link to another disk
        if (lab.root / parent).is_symlink():
            raise WrongContent(f"{path}: its folder {parent} is a link (replace the link by a folder)")


def _has_content(file: Path, md5: str) -> bool:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == md5
    except OSError:
        return False


def _write(cache: Cache, file: StoredFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            cache.read(file, stream)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _link_runs(lab: Lab, pointer: ExperimentPointer) -> None:
    """Link the runs under the names of the points in `experiment.json`, which is checked as text from others."""
    points = (readable_object(lab.experiment(pointer.experiment_id) / "experiment.json") or {}).get("points")
    names: dict[str, str] = {}
    for point in points if isinstance(points, list) else []:
        name, run = (point.get("name"), point.get("run")) if isinstance(point, dict) else (None, None)
        if isinstance(name, str) and "/" not in name and name not in ("", ".", "..") and run in pointer.runs:
            names[name] = str(run)
    if names:
        link_runs(lab, pointer.experiment_id, names)
