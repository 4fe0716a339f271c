"""Notice edited results, facts and documents of experiments, so that no later step reads them.

Snakemake repeats the steps after an edited file, and these steps would read the edit. Therefore an index in `.proband/`
holds the hash of each file after the last complete build. Files with an equal size and time are not hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import MODEL_REQUESTS, Lab

Marks = dict[str, list[Any]]  # size, modification time in nanoseconds and sha256, by path
_OUTPUTS = ("experiment.json", "results.json", "facts.jsonl", "verdicts.jsonl", "series.jsonl")
# A build of another target, or a command, can decide these gates again.
_DECIDED_ELSEWHERE = ("gates/experiment.json", "gates/publication.json")
_FOLDERS = ("deliverables", "analysis", "reports", "gates", "drafts", "environment")


@dataclass(frozen=True)
class EditedOutputs:
    """The files of an experiment that differ from those of the last complete build.

    `is_known` is false if no complete build is recorded, so that it is unknown which files were edited.
    """

    experiment: str
    files: tuple[str, ...]
    is_known: bool = True


def edited_outputs(lab: Lab, experiments: Iterable[str]) -> list[EditedOutputs]:
    """Return the experiments with edited, missing or unknown outputs."""
    index, edited = _read_index(lab), []
    for name in experiments:
        marks = index.get(name)
        if marks is None:
            if lab.results_file(name).exists():
                edited.append(EditedOutputs(name, (), is_known=False))
        elif files := tuple(path for path in sorted(marks) if not _is_same(lab.experiment(name) / path, marks[path])):
            edited.append(EditedOutputs(name, files))
    return edited


def forget_outputs(lab: Lab, experiments: Iterable[str]) -> None:
    """Remove experiments from the index while a build writes their outputs, so that a killed build is no edit."""
    forgotten = set(experiments)
    with _index_lock(lab):
        kept = {name: marks for name, marks in _read_index(lab).items() if name not in forgotten}
        write_json(_index_file(lab), {"schema_version": 1, "experiments": kept})


def record_outputs(lab: Lab, experiments: Iterable[str]) -> None:
    """Write the outputs of experiments into the index, as this build leaves them."""
    with _index_lock(lab):
        index = _read_index(lab)
        current = {name: _marks(lab.experiment(name), index.get(name) or {}) for name in experiments}
        write_json(_index_file(lab), {"schema_version": 1, "experiments": index | current})


def _index_lock(lab: Lab) -> FileLock:
    """Return the lock of the index, which builds of different experiments write."""
    lock = lab.state / "locks" / "seen_outputs.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(lock)


def _marks(folder: Path, known: Marks) -> Marks:
    """Return the marks of all outputs. The hashes of files with an equal size and time are those of `known`."""
    marks: Marks = {}
    for file in _output_files(folder):
        path, state = file.relative_to(folder).as_posix(), file.stat()
        mark = [state.st_size, state.st_mtime_ns]
        earlier = known.get(path)
        marks[path] = earlier if earlier and earlier[:2] == mark else [*mark, sha256_of_file(file)]
    return marks


def _output_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _OUTPUTS if (folder / name).is_file())
    for name in _FOLDERS:
        for file in sorted((folder / name).rglob("*")):
            path = file.relative_to(folder).as_posix()
            is_excluded = path.startswith(MODEL_REQUESTS) or path in _DECIDED_ELSEWHERE
            if file.is_file() and not file.name.startswith(".") and not is_excluded:
                yield file


def _is_same(file: Path, mark: list[Any]) -> bool:
    try:
        state = file.stat()
        return mark[:2] == [state.st_size, state.st_mtime_ns] or sha256_of_file(file) == mark[2]
    except OSError:
        return False


def _index_file(lab: Lab) -> Path:
    return lab.state / "seen_outputs.json"


def _read_index(lab: Lab) -> dict[str, Any]:
    """Return the index, an empty one if the file is missing or damaged."""
    try:
        experiments = read_json(_index_file(lab))["experiments"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    is_index = isinstance(experiments, dict) and all(map(_are_marks, experiments.values()))
    return experiments if is_index else {}


def _are_marks(marks: Any) -> bool:
    return isinstance(marks, dict) and all(isinstance(mark, list) and len(mark) == 3 for mark in marks.values())
