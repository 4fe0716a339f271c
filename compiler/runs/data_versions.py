"""Find the data that a config names and its version in DVC's files. DVC itself is not imported."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.nested import leaves
from compiler.base.paths import ENGINE, Lab
from compiler.parsing.strict_yaml import position


@dataclass(frozen=True)
class TrackedData:
    """A file or folder that DVC tracks."""

    path: str  # relative to the lab
    version: str  # DVC's hash
    root: Path  # the folder that contains the dvc.lock or .dvc file
    stage: str  # the target to give to `dvc repro` and `dvc pull`


def tracked_data(lab: Lab) -> dict[str, TrackedData]:
    """Return all tracked data by path. The lab's data override the engine's at the same path.

    Raises:
        CompileError: A lock file does not have DVC's format.
    """
    roots = dict.fromkeys((ENGINE, lab.root.resolve()))
    return {tracked.path: tracked for root in roots for file in lock_files(root) for tracked in _read_lock(file, root)}


def lock_files(root: Path) -> list[Path]:
    """Return the files in which DVC stores hashes: the lock of the stages, and one `.dvc` file for each `dvc add`."""
    candidates = [root / "dvc.lock", *sorted(root.glob("*.dvc")), *sorted(root.glob("data/**/*.dvc"))]
    return [file for file in candidates if file.is_file()]


def named_data(config: Any, tracked: Mapping[str, TrackedData]) -> dict[str, str]:
    """Return the versions of the tracked data that a config uses, by path.

    A config uses a path if one of its values is the path or a file below it.
    """
    texts = (value for _, value in leaves(config) if isinstance(value, str))
    paths = {path for text in texts for path in _tracked_paths(text, tracked)}
    return {path: tracked[path].version for path in sorted(paths)}


def _tracked_paths(text: str, tracked: Mapping[str, TrackedData]) -> Iterator[str]:
    """Yield the path if it is tracked, and the tracked folders that contain it."""
    if "/" not in text and text not in tracked:
        return
    path = posixpath.normpath(text)
    while path not in ("", ".", "/", ".."):
        if path in tracked:
            yield path
        path = posixpath.dirname(path)


def _read_lock(file: Path, root: Path) -> Iterator[TrackedData]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        yield from _outs_of_stages(content, root) if file.name == "dvc.lock" else _outs_of_file(content, file, root)
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, AttributeError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        location = (file.relative_to(root).as_posix(), *position(mark), "")
        hint = "run `dvc repro` to write it again"
        raise CompileError([Diagnostic(*location, f"is not a valid file of DVC: {reason}", hint)]) from error


def _outs_of_stages(content: Mapping[str, Any], root: Path) -> Iterator[TrackedData]:
    for stage, entry in (content.get("stages") or {}).items():
        for out in entry.get("outs") or []:
            yield TrackedData(posixpath.normpath(out["path"]), _version(out), root, stage)


def _outs_of_file(content: Mapping[str, Any], file: Path, root: Path) -> Iterator[TrackedData]:
    folder = file.parent.relative_to(root).as_posix()
    for out in content.get("outs") or []:
        path = posixpath.normpath(f"{folder}/{out['path']}")
        yield TrackedData(path, _version(out), root, file.relative_to(root).as_posix())


def _version(out: Mapping[str, Any]) -> str:
    return str(out[out.get("hash", "md5")])
