"""Notice changed files of finished runs by size and modification time, and hash only files with other values.

An index in `.proband/` has the size and time of each file as they were when its content last had the recorded hash. A
file that is not in the index counts as unchanged if it is not younger than the status, which a training writes last.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.runs.run_status import RunStatus, read_complete_status

Mark = list[int]  # size in bytes, modification time in nanoseconds
Marks = dict[str, Mark]  # by path relative to the folder of the run; the status file has the path "status.json"
_STATUS = "status.json"


def changed_files(lab: Lab, runs: Iterable[str]) -> dict[str, list[str]]:
    """Return the changed or missing files of each finished run that has some, and update the index."""
    file = lab.state / "seen_files.json"
    index = _read_index(file)
    changed: dict[str, list[str]] = {}
    is_index_changed = False
    for run in runs:
        folder = os.fspath(lab.run(run))
        status_mark = _mark(f"{folder}/{_STATUS}")
        if status_mark is None:
            continue  # not trained yet
        marks = index.get(run, {})
        if marks.get(_STATUS) != status_mark:
            marks = {}  # trained again since then
        elif all(_mark(f"{folder}/{path}") == mark for path, mark in marks.items()):
            continue
        current, problems = _compare(lab, run, marks, status_mark)
        if problems:
            changed[run] = problems
        else:
            index[run], is_index_changed = current, True
    if is_index_changed:
        write_json(file, {"schema_version": 1, "runs": index})
    return changed


def _compare(lab: Lab, run: str, marks: Marks, status_mark: Mark) -> tuple[Marks, list[str]]:
    """Return the current marks of a run, and its changed files. Only files with a new mark are hashed."""
    status, copy = read_complete_status(lab.status(run)), read_complete_status(lab.status_copy(run))
    if status is None or status != copy:
        return {}, [_STATUS]
    current, problems = {_STATUS: status_mark}, []
    written = _mark(os.fspath(lab.status_copy(run)))
    for path, mark, is_unchanged in _files(lab.run(run), status, marks, written):
        if is_unchanged and mark is not None:
            current[path] = mark
        else:
            problems.append(path)
    return current, problems


def _files(
    folder: Path, status: RunStatus, marks: Marks, written: Mark | None
) -> Iterator[tuple[str, Mark | None, bool]]:
    """Yield each artifact with its mark, and whether its content is unchanged.

    Args:
        marks: the marks of the files when their content last had the recorded hash.
        written: the mark of the status, which the training wrote last.
    """
    for path, artifact in status.artifacts.items():
        mark = _mark(f"{folder}/{path}")
        if mark is None or mark[0] != artifact.size:
            yield path, mark, False
        elif mark == marks.get(path) or (path not in marks and written is not None and mark[1] <= written[1]):
            yield path, mark, True
        else:
            yield path, mark, _has_hash(folder / path, artifact.sha256)


def _has_hash(file: Path, sha256: str) -> bool:
    try:
        return sha256_of_file(file) == sha256
    except OSError:
        return False


def _mark(file: str) -> Mark | None:
    try:
        state = os.stat(file)
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns]


def _read_index(file: Path) -> dict[str, Any]:
    """Return the index, an empty one if the file is missing or damaged."""
    try:
        runs = read_json(file)["runs"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    is_index = isinstance(runs, dict) and all(isinstance(marks, dict) for marks in runs.values())
    return runs if is_index else {}
