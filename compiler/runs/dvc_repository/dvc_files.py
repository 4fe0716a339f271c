"""Read the files of DVC: dvc.yaml, dvc.lock and `.dvc` files. DVC itself is not imported."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.parsing.strict_yaml import position
from compiler.runs.dvc_repository.dvc_outputs import (
    Output,
    declared_outputs,
    locked_outputs,
    pointer_outputs,
    stages,
    working_folder,
)

STAGES, LOCK, POINTER = "dvc.yaml", "dvc.lock", ".dvc"
_HINTS = {STAGES: "correct the file", LOCK: "run `dvc repro` to write it again"}
_POINTER_HINT = "write it again with `dvc add` or `dvc import-url`"


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
                folders = {name: working_folder(stage) for name, stage in stages(content)}
                outputs.declared += declared_outputs(content)
            elif file.name == LOCK:
                outputs.recorded += locked_outputs(content, folders)
            else:
                outputs.recorded += pointer_outputs(content, file.relative_to(root))
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
