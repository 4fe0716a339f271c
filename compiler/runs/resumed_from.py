"""Define the checkpoint from which a training resumed. A separate module, because the code of trainings imports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResumedFrom:
    """The checkpoint from which a training resumed. `exact` states whether this gives the numbers of one training."""

    epoch: int
    step: int
    exact: bool
