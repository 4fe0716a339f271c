"""Check the event file of a run, which TensorBoard's own reader reads: rows, config, metrics, artifacts, exit code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.tracking.record import DamagedTrackingRecord
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.checks.tracked_run.expected_run import ExpectedRun, UnreadableRun, artifact_digests, expected_run
from lightning_modules.tracking.tensorboard_tracker import ARTIFACTS_TAG, EXIT_TAG, RUN_TAG, SUMMARY_TAG

_FOLDERS = ("output/tensorboard", "tracking/tensorboard")
_TEXT_SUFFIX = "/text_summary"  # which torch adds to the tag of a text


class CorruptEventFile(Exception):
    """The event file is damaged or incomplete."""


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Compare the event file of the run with what the training logged."""
    files = [file for name in _FOLDERS for file in sorted((run.folder / name).glob("events.out.tfevents.*"))]
    if len(files) != 1:
        detail = f"{_FOLDERS[0]} contains {len(files)} event files, expected 1"
        return CheckResult(False, detail, is_missing=not files)
    try:
        if altered := altered_file(run.folder, _FOLDERS[0]):
            return CheckResult(False, f"{altered} is missing or was changed after the training")
        expected = expected_run(run)
        rows, texts = _read(files[0])
    except ImportError:
        return CheckResult(False, 'TensorBoard is not installed (pip install "proband[tensorboard]")')
    except (CorruptEventFile, UnreadableRun, DamagedTrackingRecord) as error:
        return CheckResult(False, str(error))
    metrics = getattr(spec, "required_metrics", None) or sorted(expected.rows)
    problems = [*_row_problems(rows, expected, metrics), *_text_problems(run, texts, expected)]
    if problems:
        return CheckResult(False, f"{files[0].name}: {'; '.join(problems)}")
    counts = "".join(f", {name} in {_count(rows, name)} rows" for name in metrics)
    return CheckResult(True, f"read from the event file: finished{counts}")


def _read(file: Path) -> tuple[Counter[str], dict[str, Any]]:
    """Return the number of rows by metric and the last text by tag. Raises CorruptEventFile or ImportError."""
    from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
    from tensorboard.compat.proto.event_pb2 import Event

    rows, texts = Counter[str](), {}
    try:
        size = sum(_framed_size(raw) for raw in RawEventFileLoader(str(file)).Load())
        if size != file.stat().st_size:
            raise CorruptEventFile(f"{file.name}: damaged or incomplete after byte {size}")
        for raw in RawEventFileLoader(str(file)).Load():
            for value in Event.FromString(raw).summary.value:
                if value.HasField("simple_value"):
                    rows[value.tag] += 1
                elif value.tensor.string_val:
                    texts[value.tag.removesuffix(_TEXT_SUFFIX)] = json.loads(value.tensor.string_val[0])
    except (OSError, ValueError) as error:
        raise CorruptEventFile(f"{file.name}: cannot be read ({error})") from error
    return rows, texts


def _framed_size(record: bytes) -> int:
    """Return the bytes of a record in the file: its length, the length's checksum, the record and its checksum."""
    return 8 + 4 + len(record) + 4


def _count(rows: Counter[str], name: str) -> int:
    """Return the number of rows. Lightning renames a metric that is logged per step and per epoch to `x_step`."""
    return rows[name] or rows[f"{name}_step"]


def _row_problems(rows: Counter[str], expected: ExpectedRun, metrics: list[str]) -> Iterator[str]:
    for name in metrics:
        if (count := _count(rows, name)) != expected.rows.get(name, 0) or not count:
            yield f"{name} has {count} rows, the training logged {expected.rows.get(name, 0)}"


def _text_problems(run: FinishedRun, texts: dict[str, Any], expected: ExpectedRun) -> Iterator[str]:
    start, artifacts = texts.get(RUN_TAG) or {}, texts.get(ARTIFACTS_TAG)
    if start.get("run_id") != run.run_id:
        yield f"the file belongs to run {start.get('run_id')}"
    if start.get("config") != json.loads(json.dumps(expected.config)):
        yield "the config differs from that of the run"
    if texts.get(EXIT_TAG) != 0:
        yield f"the run ended with exit code {texts.get(EXIT_TAG, 'unknown')}"
    if texts.get(SUMMARY_TAG) != expected.summary:
        yield "the final metrics differ from output/metrics.json"
    if artifacts != artifact_digests(run):
        yield "the digests of the model or the data differ"
