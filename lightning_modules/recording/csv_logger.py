"""What Lightning logs, on its way to `history.csv`."""

from __future__ import annotations

from pathlib import Path

from lightning.pytorch.loggers import CSVLogger

_BUFFERED = 1000  # rows


class HistoryLog(CSVLogger):
    """Lightning saves its loggers after every step, and its CSV logger opens the file for one row each time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, name="", version="")

    def save(self) -> None:
        if len(self.experiment.metrics) >= _BUFFERED:
            super().save()

    def written(self) -> Path:
        """The file, with all that was logged so far. It is not there when nothing was."""
        super().save()
        return Path(self.log_dir) / "metrics.csv"
