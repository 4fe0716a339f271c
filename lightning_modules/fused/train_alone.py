"""Train one member by the usual training core, as a proof of an ensemble."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers import Logger
from lightning.pytorch.utilities import rank_zero_only

from lightning_modules.checkpoints.final_model import BatchSampler
from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.fused.members import LoggedRow, Member, TrainedMember
from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.training.fit import FitResult, fit


class RowLogger(Logger):
    """Keeps the logged rows in memory."""

    name, version = "rows", ""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[LoggedRow] = []

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        self.rows.append(LoggedRow(dict(metrics), step or 0))

    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the config of the member has them."""


def train_alone(member: Member) -> TrainedMember:
    """Train and test one member with Lightning's trainer.

    Raises:
        Exception: The model, the data module or the trainer raised it, other than NonFiniteLoss, which is returned.
    """
    logger, sampler, items, metrics = RowLogger(), BatchSampler(), ItemRecorder(), SystemMetrics()
    fitted: list[FitResult] = []
    error = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            callbacks = [metrics, sampler, items]
            fitted.append(fit(member.config, Path(folder), [logger], callbacks, on_fitted=fitted.append))
        except NonFiniteLoss as failure:
            error = failure
    return TrainedMember(
        member.run_id,
        fitted[-1] if fitted else None,
        tuple(logger.rows),
        items,
        sampler.rows,
        metrics.train_samples,
        metrics.test_samples,
        error,
    )
