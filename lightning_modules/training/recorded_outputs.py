"""Write the outputs that every kind of training has, also if it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.json_files import write_json
from lightning_modules.failures.classify import OutputsNotWritten
from lightning_modules.recording.csv_logger import HistoryLogger
from lightning_modules.recording.history import write_history
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.progress_file import ProgressFile
from lightning_modules.recording.system_metrics import SystemMetrics


@contextmanager
def recorded_history(output: Path, metrics: SystemMetrics) -> Iterator[HistoryLogger]:
    """Yield a logger, and write `history.csv` and `system_metrics.json` at the end, also after an exception.

    Until then, the logged rows and the progress are written beside `output` within seconds.
    """
    folder = output / ".history"
    progress = ProgressFile(output.parent / "progress.json", lambda: metrics.train_samples)
    logger = HistoryLogger(folder, output.parent / "history.csv", progress)
    try:
        with logger.flushing():
            yield logger
    finally:
        with writing_outputs():
            write_history(logger.flush(), output / "history.csv")
            for file in (logger.file, progress.file):
                file.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            write_json(output / "system_metrics.json", json_document(metrics.to_json()))


@contextmanager
def writing_outputs() -> Iterator[None]:
    """Convert any exception in the block to OutputsNotWritten, because the model cannot have caused it."""
    try:
        yield
    except Exception as error:
        raise OutputsNotWritten(f"the outputs of the run could not be written: {error}") from error
