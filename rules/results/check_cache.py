"""Cache the results of deliverable checks, so that a new run does not cause old checkpoints to be loaded again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import CheckResult
from rules.results.deliverable_check import CheckRun
from rules.results.run_record import RunRecord


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
            key = digest([self._key_parts, run.run_id, _file_states(run.folder)])
            self._used[key] = self._stored.get(key) or check(run)
            return self._used[key]

        return check_if_changed

    def save(self) -> None:
        """Write the results that were used and can be used again; older ones are dropped."""
        results = {key: asdict(result) for key, result in self._used.items() if _depends_on_files(result)}
        write_json(self._file, {"schema_version": 1, "results": results})


def _depends_on_files(result: CheckResult) -> bool:
    """Return whether the files of the run decide the result. What a server answers can be another thing next time."""
    return result.tracked is None or result.tracked.checked_at is None


def _file_states(folder: Path) -> list[Any]:
    """Return path, size and modification time of every file of a run."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [[str(file.relative_to(folder)), file.stat().st_size, str(file.stat().st_mtime_ns)] for file in files]


def _read(file: Path) -> dict[str, CheckResult]:
    """Return the stored results by key, none if the file is missing or damaged."""
    try:
        results = TypeAdapter(dict[str, CheckResult])
        return results.validate_python(read_json(file)["results"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}
