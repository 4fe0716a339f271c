"""Remembers what a check found, so that adding a run does not load every old checkpoint again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.identity import digest
from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import CheckResult
from rules.results.deliverable_check import CheckRun
from rules.results.run_record import RunRecord


class CheckCache:
    """Findings of one deliverable by what they depend on: its spec, its check, size and time of the run's files."""

    def __init__(self, file: Path, spec: Mapping[str, Any], check: str) -> None:
        self._file = file
        self._about = [dict(spec), check]
        self._found: dict[str, Any] = _known(self._file)
        self._used: dict[str, Any] = {}

    def through(self, check: CheckRun) -> CheckRun:
        """The same check, made only where nothing is remembered."""

        def cached(run: RunRecord) -> CheckResult:
            key = digest([self._about, run.run_id, _state(run.folder)])
            found = self._found.get(key)
            finding = CheckResult(found["holds"], found["detail"]) if found else check(run)
            self._used[key] = {"holds": finding.passed, "detail": finding.detail}
            return finding

        return cached

    def save(self) -> None:
        write_json(self._file, {"schema_version": 1, "findings": self._used})


def _state(folder: Path) -> list[Any]:
    """Every file with its size and time of change: what a check could see has not changed if these have not."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [[str(file.relative_to(folder)), file.stat().st_size, str(file.stat().st_mtime_ns)] for file in files]


def _known(file: Path) -> dict[str, Any]:
    try:
        return dict(read_json(file)["findings"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}  # a cache that cannot be read is an empty one
