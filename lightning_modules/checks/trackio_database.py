"""Check the database of trackio of a run: name, config, rows, final metrics, artifacts and exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.tracking.record import DamagedTrackingRecord, TrackingRecord, read_tracking
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.checks.tracked_run.differences import (
    config_differences,
    row_counts,
    row_differences,
    summary_differences,
)
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun, UnreadableRun, artifact_digests, expected_run
from lightning_modules.tracking.trackio_log.database import EXIT_CODE, CorruptDatabase, TrackioLog, read_database

_FOLDERS = ("output/trackio", "tracking/trackio")


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Compare the database of the run with what the training logged. trackio itself is not needed."""
    files = [file for name in _FOLDERS for file in sorted((run.folder / name).glob("*.db"))]
    if len(files) != 1:
        detail = f"{_FOLDERS[0]} contains {len(files)} databases, expected 1"
        return CheckResult(False, detail, is_missing=not files)
    try:
        if altered := altered_file(run.folder, _FOLDERS[0]):
            return CheckResult(False, f"{altered} is missing or was changed after the training")
        expected, record, log = expected_run(run), read_tracking(run.folder), read_database(files[0])
    except (CorruptDatabase, UnreadableRun, DamagedTrackingRecord) as error:
        return CheckResult(False, str(error))
    metrics = list(getattr(spec, "required_metrics", None) or sorted(expected.rows))
    problems = [*_problems(run, log, expected, metrics), *_record_problems(log, record)]
    if problems:
        return CheckResult(False, f"{files[0].name}: {'; '.join(problems)}")
    return CheckResult(True, f"read from the database of trackio: finished{row_counts(log.values, metrics)}")


def _problems(run: FinishedRun, log: TrackioLog, expected: ExpectedRun, metrics: Sequence[str]) -> Iterator[str]:
    if log.name != run.run_id:
        yield f"the database belongs to run {log.name}"
    if log.results.get(EXIT_CODE) != 0:
        yield f"the run ended with exit code {log.results.get(EXIT_CODE, 'unknown')}"
    yield from config_differences(expected, log.config)
    yield from row_differences(expected.values, log.values, metrics)
    yield from summary_differences(expected, log.summary)
    if log.artifacts != artifact_digests(run):
        yield "the digests of the model or the data differ"


def _record_problems(log: TrackioLog, record: TrackingRecord | None) -> Iterator[str]:
    """Yield the metrics that have more or fewer rows than the training recorded, also those that are not required."""
    recorded = record.rows if record else {}
    counts = {name: len(values) for name, values in log.values.items()}
    wrong = sorted(name for name in counts.keys() | recorded.keys() if counts.get(name) != recorded.get(name))
    if wrong:
        yield f"the number of rows of {', '.join(wrong[:3])} differs from that in tracking.json"
