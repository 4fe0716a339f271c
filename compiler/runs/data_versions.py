"""Which data a config names, and which version of it, from what DVC recorded. DVC itself is not imported."""

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
    """One file or folder that DVC tracks: its hash, and where DVC knows it from."""

    path: str  # relative to the lab
    version: str
    root: Path  # the folder with the dvc.yaml, or the .dvc file
    stage: str  # what `dvc repro` and `dvc pull` call it


def tracked_data(lab: Lab) -> dict[str, TrackedData]:
    """Everything tracked, by path; what the lab tracks hides what the engine tracks at the same path.

    Raises:
        CompileError: a lock file is not what DVC writes.
    """
    found: dict[str, TrackedData] = {}
    for root in dict.fromkeys((ENGINE, lab.root.resolve())):
        for file in lock_files(root):
            for tracked in _outs(file, root):
                found[tracked.path] = tracked
    return found


def lock_files(root: Path) -> list[Path]:
    """Where DVC writes hashes: the lock of the stages, and one `.dvc` file for each `dvc add`."""
    named = [root / "dvc.lock", *sorted(root.glob("*.dvc")), *sorted(root.glob("data/**/*.dvc"))]
    return [file for file in named if file.is_file()]


def named_data(config: Any, tracked: Mapping[str, TrackedData]) -> dict[str, str]:
    """Path and version of all tracked data that some value of the config names, or names a file in."""
    paths = {path for _, value in leaves(config) if isinstance(value, str) for path in _containing(value, tracked)}
    return {path: tracked[path].version for path in sorted(paths)}


def _containing(value: str, tracked: Mapping[str, TrackedData]) -> Iterator[str]:
    if "/" not in value and value not in tracked:
        return
    path = posixpath.normpath(value)
    while path not in ("", ".", "/", ".."):
        if path in tracked:
            yield path
        path = posixpath.dirname(path)


def _outs(file: Path, root: Path) -> Iterator[TrackedData]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        if file.name == "dvc.lock":
            for stage, entry in (content.get("stages") or {}).items():
                for out in entry.get("outs") or []:
                    yield TrackedData(posixpath.normpath(out["path"]), _version(out), root, stage)
        else:
            folder = file.parent.relative_to(root).as_posix()
            for out in content.get("outs") or []:
                path = posixpath.normpath(f"{folder}/{out['path']}")
                yield TrackedData(path, _version(out), root, file.relative_to(root).as_posix())
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, AttributeError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"is not what DVC writes: {getattr(error, 'problem', None) or ' '.join(str(error).split())}"
        where = (file.relative_to(root).as_posix(), *position(mark))
        raise CompileError([Diagnostic(*where, "", problem, "run `dvc repro` to write it again")]) from error


def _version(out: Mapping[str, Any]) -> str:
    return str(out[out.get("hash", "md5")])
