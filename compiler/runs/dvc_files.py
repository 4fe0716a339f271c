"""Read the files of DVC: dvc.yaml, dvc.lock and `.dvc` files. DVC itself is not imported."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import md5
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.parsing.strict_yaml import position

STAGES, LOCK, POINTER = "dvc.yaml", "dvc.lock", ".dvc"
_HINTS = {STAGES: "correct the file", LOCK: "run `dvc repro` to write it again"}
_POINTER_HINT = "write it again with `dvc add` or `dvc import-url`"
_HASH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/=-]{0,199}")


@dataclass(frozen=True)
class Output:
    """An output that a file of DVC lists."""

    path: str  # relative to the folder of dvc.lock, or of the lab
    version: str  # DVC's hash, "" if the file has none
    stage: str  # the target to give to `dvc repro` and `dvc pull`
    source: str = ""  # of data that `dvc import-url` fetched: a URL, or a path relative to the lab


def dvc_files(root: Path) -> list[Path]:
    """Return the files of DVC that describe data: dvc.yaml, dvc.lock, and `.dvc` files in the lab and in data/."""
    candidates = [root / STAGES, root / LOCK, *sorted(root.glob("*.dvc")), *sorted(root.glob("data/**/*.dvc"))]
    return [file for file in candidates if file.is_file()]


def is_dvc_file(path: str) -> bool:
    """Return whether a path is that of a file of DVC."""
    return path.endswith(POINTER) or posixpath.basename(path) in (STAGES, LOCK)


@dataclass(frozen=True)
class BrokenFile:
    """A file that does not have DVC's format. `paths` are the data that it is about, None if they are not known."""

    diagnostic: Diagnostic
    paths: frozenset[str] | None


@dataclass
class Outputs:
    """The outputs that are recorded with their hashes, those that stages in dvc.yaml declare, and broken files.

    Declared paths that only DVC can resolve, because they have interpolations of parameters, are left out.
    """

    recorded: list[Output] = field(default_factory=list)
    declared: list[Output] = field(default_factory=list)
    broken: list[BrokenFile] = field(default_factory=list)


def read_outputs(root: Path) -> Outputs:
    """Read the files of DVC in a folder."""
    outputs = Outputs()
    folders: dict[str, str] = {}  # the working folder of each stage
    for file in dvc_files(root):
        if file.name == LOCK and outputs.broken:
            continue  # without dvc.yaml the paths in dvc.lock are not known
        try:
            content = _load(file, root)
            if file.name == STAGES:
                folders = {name: _working_folder(stage) for name, stage in _stages(content)}
                outputs.declared += _declared_outputs(content)
            elif file.name == LOCK:
                outputs.recorded += _locked_outputs(content, folders)
            else:
                outputs.recorded += _pointer_outputs(content, file.relative_to(root))
        except CompileError as error:
            outputs.broken.append(BrokenFile(error.diagnostics[0], _paths_of(file, root, outputs.declared)))
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            diagnostic = _diagnostic(file, root, " ".join(str(error).split()))
            outputs.broken.append(BrokenFile(diagnostic, _paths_of(file, root, outputs.declared)))
    return outputs


def _paths_of(file: Path, root: Path, declared: Iterable[Output]) -> frozenset[str] | None:
    """Return the paths that a broken file is about, as far as other files and its name show them."""
    if file.suffix == POINTER:
        return frozenset({file.relative_to(root).as_posix().removesuffix(POINTER)})
    return frozenset(out.path for out in declared) or None


def _load(file: Path, root: Path) -> Mapping[str, Any]:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # not UTF-8, or a number that Python does not read
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        raise CompileError([_diagnostic(file, root, reason, mark)]) from error


def _diagnostic(file: Path, root: Path, reason: str, mark: Any = None) -> Diagnostic:
    location = (file.relative_to(root).as_posix(), *position(mark), "")
    return Diagnostic(*location, f"is not a valid file of DVC: {reason}", _HINTS.get(file.name, _POINTER_HINT))


def _stages(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each stage of dvc.yaml. A stage with `foreach` has its definition in `do`."""
    for name, stage in (content.get("stages") or {}).items():
        yield name, stage.get("do", stage)


def _working_folder(stage: Mapping[str, Any]) -> str:
    return str(stage.get("wdir") or ".")


def _declared_outputs(content: Mapping[str, Any]) -> Iterator[Output]:
    for name, stage in _stages(content):
        items = content["stages"][name].get("foreach")
        for out in stage.get("outs") or []:
            path = next(iter(out)) if isinstance(out, Mapping) else str(out)
            path = posixpath.normpath(posixpath.join(_working_folder(stage), path))
            paths = [path.replace("${item}", str(item)) for item in items] if isinstance(items, list) else [path]
            yield from (Output(resolved, "", name) for resolved in paths if "${" not in resolved)


def _locked_outputs(content: Mapping[str, Any], folders: Mapping[str, str]) -> Iterator[Output]:
    for stage, entry in (content.get("stages") or {}).items():
        folder = folders.get(stage.partition("@")[0], ".")
        for out in entry.get("outs") or []:
            yield Output(posixpath.normpath(posixpath.join(folder, out["path"])), _version(out), stage)


def _pointer_outputs(content: Mapping[str, Any], file: Path) -> Iterator[Output]:
    folder = posixpath.join(file.parent.as_posix(), str(content.get("wdir") or "."))
    source = _source(content, folder)
    for out in content.get("outs") or []:
        path = posixpath.normpath(posixpath.join(folder, out["path"]))
        yield Output(path, _version(out), file.as_posix(), source)


def _source(content: Mapping[str, Any], folder: str) -> str:
    """Return where `dvc import-url` fetched the data, "" for other data. `dvc pull` fetches those of `dvc import`."""
    dependencies = content.get("deps") or []
    if len(dependencies) != 1 or "repo" in dependencies[0] or "db" in dependencies[0]:
        return ""
    path = str(dependencies[0]["path"])
    return path if "://" in path else posixpath.normpath(posixpath.join(folder, path))


def _version(out: Mapping[str, Any]) -> str:
    """Return the hash of an output, "" if it has none. Raises ValueError if it is not a hash."""
    version = _hash_of_listing(out["files"]) if "files" in out else str(out.get(out.get("hash", "md5")) or "")
    if version and not _HASH.fullmatch(version):
        raise ValueError(f"{version!r} is not a hash")
    return version


def _hash_of_listing(files: Iterable[Mapping[str, Any]]) -> str:
    """Return DVC's hash of a folder whose files are listed instead, as remotes with versions of their own need it."""
    entries = sorted(({"md5": file["md5"], "relpath": file["relpath"]} for file in files), key=itemgetter("relpath"))
    return md5(json.dumps(entries, sort_keys=True).encode(), usedforsecurity=False).hexdigest() + ".dir"
