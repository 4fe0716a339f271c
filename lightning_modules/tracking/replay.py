"""Write the log of a run from its history and metrics, as the training would have written it."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.json_files import read_json
from compiler.tracking.record import TrackingRecord
from lightning_modules.tracking.load_tracker import load_tracker
from lightning_modules.tracking.session_record import session_record
from lightning_modules.tracking.tracker import RunToTrack


def write_log(run: RunToTrack, exit_code: int = 0) -> TrackingRecord:
    """Write the offline log of a run that has ended, in the place of an incomplete one.

    Raises:
        Exception: The tracker failed.
    """
    tracker, rows = load_tracker(run.config), Counter[str]()
    shutil.rmtree(run.log_root / tracker.log_folder, ignore_errors=True)
    session = tracker.start(run, "offline")
    try:
        for step, values in _history_rows(run):
            session.log(values, step)
            rows.update(values.keys())
        session.log_summary(final_metrics(run))
        artifacts = session.log_artifacts(run)
        session.finish(exit_code)
        return session_record(run, session, "offline", exit_code, artifacts, rows)
    finally:
        session.stop()


def final_metrics(run: RunToTrack) -> Mapping[str, Any]:
    """Return the metrics of a completed run, none for a run that failed."""
    file = run.output / "metrics.json"
    metrics = read_json(file) if file.is_file() else {}
    return {name: value for name, value in metrics.items() if name != "schema_version"}


def _history_rows(run: RunToTrack) -> Iterator[tuple[int, dict[str, float]]]:
    with (run.output / "history.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield int(row["step"]), {name: float(value) for name, value in row.items() if value and name != "step"}
