"""Collect the metrics that a training logs in a CSV file, from which `history.csv` is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.utilities import rank_zero_only

from lightning_modules.recording.periodically import periodically
from lightning_modules.recording.progress_file import ProgressFile

_BUFFER_ROWS = 1000
_FLUSH_SECONDS = 1.0


class HistoryLogger(CSVLogger):
    """A CSV logger that buffers rows, because Lightning calls `save` after every step and each call opens the file.

    Inside `flushing`, a thread writes the buffered rows and the progress once a second.

    Args:
        folder: for the files of Lightning's logger.
        file: the CSV file, by default `metrics.csv` in the folder.
        progress: is updated with every row.
    """

    def __init__(self, folder: Path, file: Path | None = None, progress: ProgressFile | None = None) -> None:
        super().__init__(folder, name="", version="")
        self.file = file or folder / "metrics.csv"
        self.progress = progress
        self._lock = Lock()

    @contextmanager
    def flushing(self, seconds: float = _FLUSH_SECONDS) -> Iterator[None]:
        """Write the rows that are logged in the block within this time."""
        with periodically(seconds, self._write_files):
            yield

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        with self._lock:
            super().log_metrics(dict(metrics), step)
        if self.progress is not None:
            self.progress.add_row(metrics, step)

    def save(self) -> None:
        if len(self.experiment.metrics) >= _BUFFER_ROWS:
            self.flush()

    def flush(self) -> Path:
        """Write all buffered rows and return the path of the file. The file does not exist if nothing was logged."""
        with self._lock:
            self.experiment.metrics_file_path = str(self.file)
            super().save()
        return self.file

    def _write_files(self) -> None:
        if self._experiment is not None and self._experiment.metrics:
            self.flush()
        if self.progress is not None:
            self.progress.write()
