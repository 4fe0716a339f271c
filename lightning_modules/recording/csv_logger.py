"""Collect the metrics that Lightning logs in a CSV file, from which `history.csv` is written."""

from __future__ import annotations

from pathlib import Path

from lightning.pytorch.loggers import CSVLogger

_BUFFER_ROWS = 1000


class HistoryLogger(CSVLogger):
    """A CSV logger that buffers rows. Lightning calls `save` after every step, and each call opens the file again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, name="", version="")

    def save(self) -> None:
        if len(self.experiment.metrics) >= _BUFFER_ROWS:
            super().save()

    def flush(self) -> Path:
        """Write all buffered rows and return the path of the file. The file does not exist if nothing was logged."""
        super().save()
        return Path(self.log_dir) / "metrics.csv"
