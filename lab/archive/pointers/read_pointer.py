"""Read pointers. A colleague, a merge or an editor may have changed them, so only what archiving writes is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.runs.run_id_pattern import RUN_ID
from lab.archive.pointers.pointer import WORKING_FOLDER, ExperimentPointer, Out, RunPointer
from lab.archive.pointers.relative_path import relative_parts

_MAX_BYTES = 4 << 20  # of a pointer; one of an experiment with thousands of files is smaller
_HASH = re.compile(r"[0-9a-f]{32}(\.dir)?")
_KEYS = frozenset({"wdir", "outs", "meta"})
_OUT_KEYS = frozenset({"path", "md5", "size", "nfiles", "hash", "isexec"})


class WrongPointer(InputError):
    """A pointer was not written by archiving, or it was changed since."""


def check_experiment_id(name: str) -> None:
    """Raise WrongPointer for a text that cannot be the id of an experiment, because it could lead to another folder."""
    if len(relative_parts(name) or ()) != 1:
        raise WrongPointer(f"{name!r} is not the id of an experiment")


def read_run_pointer(lab: Lab, run_id: str) -> RunPointer:
    """Return the pointer of a run.

    Raises:
        WrongPointer: The file does not exist, or is not a pointer to this run.
    """
    file = lab.run_pointer(run_id)
    outs, meta = _read(file)
    fingerprint = meta.get("fingerprint")
    if not isinstance(fingerprint, str):
        raise _wrong(file, "meta.fingerprint is missing")
    expected = f"results/runs/{run_id}"
    if len(outs) != 1 or outs[0].path != expected or not outs[0].is_folder:
        raise _wrong(file, f"must name the folder {expected} and nothing else, got {_paths(outs)}")
    return RunPointer(run_id, fingerprint, outs[0])


def read_experiment_pointer(lab: Lab, experiment_id: str) -> ExperimentPointer:
    """Return the pointer of an experiment.

    Raises:
        WrongPointer: The file does not exist, or is not a pointer to files of this experiment.
    """
    check_experiment_id(experiment_id)
    file = lab.experiment_pointer(experiment_id)
    outs, meta = _read(file)
    runs = meta.get("runs")
    if not isinstance(runs, list) or not all(isinstance(run, str) and RUN_ID.fullmatch(run) for run in runs):
        raise _wrong(file, "meta.runs must be a list of run ids")
    for out in outs:
        if not _belongs_to(out.path, experiment_id):
            raise _wrong(file, f"{out.path} is no file of this experiment")
    return ExperimentPointer(experiment_id, tuple(runs), outs)


def _belongs_to(path: str, experiment_id: str) -> bool:
    """Return whether a path is a file of an experiment. The links to its runs are none, because runs are shared."""
    match relative_parts(path):
        case ("results", "experiments", name, first, *_):
            return name == experiment_id and first != "runs"
        case ("results", "sweeps", "experiment", name):
            return name == f"{experiment_id}.yaml"
    return False


def read_hashes(file: Path) -> dict[str, Out]:
    """Return the outs of a file of DVC by path. Raises WrongPointer if the file is missing or wrong."""
    return {out.path: out for out in _read(file)[0]}


def _read(file: Path) -> tuple[tuple[Out, ...], Mapping[str, Any]]:
    if file.is_symlink():
        raise _wrong(file, "is a link, and must be a file")
    try:
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES + 1)
        if len(text) > _MAX_BYTES:
            raise _wrong(file, f"is larger than {_MAX_BYTES >> 20} MiB")
        content = yaml.safe_load(text.decode("utf-8"))
    except FileNotFoundError:
        raise WrongPointer(f"{file}: there is no such pointer, so nothing of this name is archived here") from None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        raise _wrong(file, f"cannot be read: {reason}") from error
    if not isinstance(content, dict) or not _KEYS.issuperset(content):
        raise _wrong(file, f"may only have the keys {', '.join(sorted(_KEYS))}")
    if content.get("wdir") != WORKING_FOLDER:
        raise _wrong(file, f"wdir must be {WORKING_FOLDER}, got {content.get('wdir')!r}")
    outs, meta = content.get("outs"), content.get("meta", {})
    if not isinstance(outs, list) or not isinstance(meta, dict):
        raise _wrong(file, "outs must be a list, and meta a mapping")
    return tuple(_outs(file, outs)), meta


def _outs(file: Path, entries: list[Any]) -> Iterator[Out]:
    for entry in entries:
        if not isinstance(entry, dict) or not _OUT_KEYS.issuperset(entry):
            raise _wrong(file, f"an entry of outs may only have the keys {', '.join(sorted(_OUT_KEYS))}")
        path, md5, size = entry.get("path"), entry.get("md5"), entry.get("size")
        if not isinstance(path, str) or relative_parts(path) is None:
            raise _wrong(file, f"{path!r} is no path inside the lab")
        if entry.get("hash") != "md5" or not isinstance(md5, str) or not _HASH.fullmatch(md5):
            raise _wrong(file, f"{path}: md5 must have 32 hex digits, got {md5!r}")
        if not isinstance(size, int) or size < 0:
            raise _wrong(file, f"{path}: size must be a number of bytes, got {size!r}")
        yield Out(path, md5, size)


def _paths(outs: tuple[Out, ...]) -> str:
    return ", ".join(out.path for out in outs) or "nothing"


def _wrong(file: Path, problem: str) -> WrongPointer:
    return WrongPointer(f"{file}: {problem} (restore the file from git: git checkout -- {file})")
