"""Define the members of an ensemble before and after their training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.training.fit import FitResult


class NotFusable(Exception):
    """The members cannot be trained together. The message gives the reason. Each can still be trained alone."""


@dataclass(frozen=True)
class Member:
    """A run to train. The config is resolved, and has no declarations of data."""

    run_id: str
    config: Mapping[str, Any]


@dataclass(frozen=True)
class LoggedRow:
    """The arguments of one call of `Logger.log_metrics`. The metrics include the epoch."""

    metrics: Mapping[str, float]
    step: int


@dataclass(frozen=True)
class TrainedMember:
    """What a training of its own would have given to the writers of a recorded training.

    `result` is None if the training failed. `error` is the exception that the training or the test would have raised,
    None if both succeeded. If only the test failed, the result has the metrics of the training.
    """

    run_id: str
    result: FitResult | None
    rows: tuple[LoggedRow, ...]  # in the order of logging, those of the test last
    items: ItemRecorder = field(default_factory=ItemRecorder)
    sampled_rows: Mapping[str, Tensor] = field(default_factory=dict)  # of the first test batch
    train_samples: int = 0
    test_samples: int = 0
    error: Exception | None = None
