"""Find the data that a config names and its version in DVC's files. DVC itself is not imported."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import Diagnostic, Problem
from compiler.base.nested import leaves
from compiler.base.paths import ENGINE, Lab
from compiler.runs.dvc_repository.dvc_files import POINTER, BrokenFile, dvc_files, read_outputs
from compiler.runs.dvc_repository.dvc_outputs import Output

# Folders of a lab in which no file of DVC may put data.
_RESERVED = (".git", ".dvc", ".proband", ".snakemake", "conf", "results/runs", "results/experiments")


@dataclass(frozen=True)
class TrackedData:
    """A file or folder that DVC tracks."""

    path: str  # relative to the lab
    version: str  # DVC's hash
    root: Path  # the folder that contains the dvc.lock or .dvc file
    stage: str  # the target to give to `dvc repro` and `dvc pull`
    source: str = ""  # of data that `dvc import-url` fetched: a URL, or a path relative to `root`

    @property
    def is_pointer(self) -> bool:
        """Whether a `.dvc` file tracks the data, not a stage of dvc.yaml."""
        return self.stage.endswith(POINTER)


@dataclass(frozen=True)
class DataFiles:
    """What the files of DVC state about the data of a lab and the engine. The lab's data override the engine's."""

    tracked: Mapping[str, TrackedData] = field(default_factory=dict)  # by path
    unversioned: Mapping[str, Output] = field(default_factory=dict)  # by path: DVC knows them and has no hash yet
    pointers: frozenset[str] = frozenset()  # the `.dvc` files of the lab
    broken: tuple[BrokenFile, ...] = ()
    root: str = ""  # the absolute path of the lab, which a config may write before a path


def read_data_files(lab: Lab) -> DataFiles:
    """Read the files of DVC in the engine and the lab."""
    tracked: dict[str, TrackedData] = {}
    unversioned: dict[str, Output] = {}
    broken: list[BrokenFile] = []
    lab_root = lab.root.resolve()
    for root in dict.fromkeys((ENGINE, lab_root)):
        outputs = read_outputs(root)
        usable = [out for out in outputs.recorded if out.version and not _is_outside(out.path)]
        versioned = {out.path: TrackedData(out.path, out.version, root, out.stage, out.source) for out in usable}
        unversioned |= {out.path: out for out in (*outputs.declared, *outputs.recorded) if out.path not in versioned}
        tracked |= versioned
        broken += outputs.broken
    pointers = (file for file in dvc_files(lab_root) if file.suffix == POINTER)
    names = frozenset(file.relative_to(lab_root).as_posix() for file in pointers)
    return DataFiles(tracked, unversioned, names, tuple(broken), lab_root.as_posix())


def tracked_data(lab: Lab) -> Mapping[str, TrackedData]:
    """Return all tracked data by path, without those that a broken file of DVC is about."""
    return read_data_files(lab).tracked


def named_data(config: Any, tracked: Mapping[str, TrackedData], root: str = "") -> dict[str, str]:
    """Return the versions of the tracked data that a config uses, by path.

    A config uses a path if one of its values is the path or a file below it, relative to the lab or after its `root`.
    """
    texts = (value for _, value in leaves(config) if isinstance(value, str))
    paths = {path for text in texts for path in _with_parents(text, tracked, root) if path in tracked}
    return {path: tracked[path].version for path in sorted(paths)}


def remote_of(path: str, config: Mapping[str, Any], tracked: Mapping[str, TrackedData]) -> str:
    """Return the DVC remote that the data group of a config names for its data, "" for other data or none."""
    group = config.get("data")
    remote = group.get("remote") if isinstance(group, Mapping) else None
    return remote if isinstance(remote, str) and path in named_data(group, tracked) else ""


def broken_files_of(config: Any, files: DataFiles) -> list[Diagnostic]:
    """Return the problem of each broken file of DVC that is about data of a config, or may be."""
    texts = [text for _, text in leaves(config) if isinstance(text, str) and "://" not in text] if files.broken else []
    return [file.diagnostic for file in files.broken if any(_may_name(text, file.paths, files.root) for text in texts)]


def _may_name(text: str, paths: frozenset[str] | None, root: str) -> bool:
    return "/" in text if paths is None else any(path in paths for path in _with_parents(text, paths, root))


def unversioned_data_problems(config: Any, files: DataFiles) -> Iterator[Problem]:
    """Yield each value of a config that names data without a version, so that a change of the data would be missed."""
    for keys, text in leaves(config):
        if not isinstance(text, str):
            continue
        if posixpath.normpath(text.removeprefix(f"{files.root}/")) in files.pointers:
            yield Problem(keys, f"'{text}' is DVC's file about the data", f"write {text.removesuffix(POINTER)}")
            continue
        paths = list(_with_parents(text, {*files.tracked, *files.unversioned}, files.root))
        if any(path in files.tracked for path in paths):
            continue
        if output := next((files.unversioned[path] for path in paths if path in files.unversioned), None):
            yield Problem(keys, *_missing_version(text, output))


def _missing_version(path: str, output: Output) -> tuple[str, str]:
    if _is_outside(output.path):
        problem = f"'{path}' is outside the lab or in a folder for other files, so it has no version"
        return problem, "track a copy in data/, as `dvc import-url` makes it"
    if output.stage.endswith(POINTER):
        return f"{output.stage} has no hash of '{path}'", f"run `dvc update {output.stage}`"
    problem = f"'{path}' is made by the stage '{output.stage}' of dvc.yaml, and dvc.lock has no hash of it"
    return problem, "run `dvc repro` and commit dvc.lock"


def _is_outside(path: str) -> bool:
    """Return whether a path is not one that data may have: outside the lab, or in a folder that has another purpose."""
    is_reserved = any(f"{path}/".startswith(f"{folder}/") for folder in _RESERVED)
    return is_reserved or path.startswith(("/", "../")) or path == ".."


def _with_parents(text: str, names: Container[str], root: str) -> Iterator[str]:
    """Yield the path and the folders that contain it, if the text has a `/` or is one of the names."""
    text = text.removeprefix(f"{root}/") if root else text
    if "/" not in text and text not in names:
        return
    path = posixpath.normpath(text)
    while path not in ("", ".", "/", ".."):
        yield path
        path = posixpath.dirname(path)
