"""Pass what a training logs to a tracker. The first failure of the tracker ends the logging and not the training."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from lightning.pytorch.loggers import Logger
from lightning.pytorch.utilities import rank_zero_only

from lightning_modules.tracking.tracker import Session


class TrackerLogger(Logger):
    """A logger of Lightning. `rows` counts the logged rows that contain a metric, for the check of the tracked run."""

    def __init__(self, session: Session, run_id: str, on_failure: Callable[[Exception], None]) -> None:
        super().__init__()
        self.rows: Counter[str] = Counter()
        self.is_complete = True  # whether every row was logged
        self._session, self._run_id, self._on_failure = session, run_id, on_failure

    @property
    def name(self) -> str:
        return "tracker"

    @property
    def version(self) -> str:
        return self._run_id

    @property
    def experiment(self) -> Any:
        return self._session.experiment

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        if not self.is_complete:
            return
        try:
            self._session.log(metrics, step)
        except Exception as error:
            self.is_complete = False
            self._on_failure(error)
        else:
            self.rows.update(metrics.keys())

    def log_hyperparams(self, params: dict[str, Any] | Namespace, *args: Any, **kwargs: Any) -> None:
        """Log nothing, because the tracked config is that of the run, which contains every argument of the model."""
