"""Cache the results of deliverable checks, so that a new run does not cause old checkpoints to be loaded again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import CheckResult
from rules.results.deliverable_check import CheckRun
from rules.results.run_record import RunRecord

_STATUS_FILES = frozenset({"status.json", ".status.json"})  # in the folder of a run


class CheckCache:
    """The cache of one deliverable. Keys depend on its spec, the code of its check, and the files of the run."""

    def __init__(self, file: Path, spec: Mapping[str, Any], check_hash: str) -> None:
        self._file = file
        self._key_parts = [dict(spec), check_hash]
        self._stored = _read(file)
        self._used: dict[str, CheckResult] = {}

    def cached(self, check: CheckRun) -> CheckRun:
        """Return a check that uses the stored result if the files of the run are unchanged."""

        def check_if_changed(run: RunRecord) -> CheckResult:
            states = _file_states(run.folder)
            if states is None:
                return check(run)
            key = digest([self._key_parts, run.run_id, states])
            self._used[key] = self._stored.get(key) or check(run)
            return self._used[key]

        return check_if_changed

    def save(self) -> None:
        """Write the results that were used and can be used again; older ones are dropped."""
        results = {key: asdict(result) for key, result in self._used.items() if _depends_on_files(result)}
        with suppress(OSError):  # without the file, the next build makes the checks again
            write_json(self._file, {"schema_version": 1, "results": results})


def _depends_on_files(result: CheckResult) -> bool:
    """Return whether the files of the run decide the result. What a server answers can be another thing next time."""
    return result.tracked is None or result.tracked.checked_at is None


def _file_states(folder: Path) -> list[list[str]] | None:
    """Return the state of each file of a run, None if the folder contains links, whose targets can be exchanged.

    A status counts by its content, because builds restore it. Other files count by size, modification time, inode and
    time of the last change of the inode. An editor that sets the modification time back cannot set the last of these.
    """
    states = []
    for parent, folders, names in os.walk(folder):
        files = [os.path.join(parent, name) for name in names]
        if any(map(os.path.islink, (os.path.join(parent, name) for name in (*folders, *names)))):
            return None
        states += [[os.path.relpath(file, folder), *_state(file, is_status=parent == str(folder))] for file in files]
    return sorted(states)


def _state(file: str, is_status: bool) -> list[str]:
    if is_status and os.path.basename(file) in _STATUS_FILES:
        return [sha256_of_file(Path(file))]
    state = os.stat(file)
    return [str(value) for value in (state.st_size, state.st_mtime_ns, state.st_ino, state.st_ctime_ns)]


def _read(file: Path) -> dict[str, CheckResult]:
    """Return the stored results by key, none if the file is missing, damaged or cannot be read."""
    try:
        results = TypeAdapter(dict[str, CheckResult])
        return results.validate_python(read_json(file)["results"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
