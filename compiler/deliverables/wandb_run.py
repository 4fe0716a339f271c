"""`wandb_run`: the run is finished in W&B and can be read back, from its local log or from the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class WandbRun(Deliverable):
    path: str = "output/wandb"
    validation: Literal["synced_and_downloadable", "exists"] = "synced_and_downloadable"
    required_metrics: list[str] = []  # by default those in the history of the run

    def metrics(self) -> Mapping[str, str]:
        return {f"required_metrics.{index}": key for index, key in enumerate(self.required_metrics)}


TYPE = DeliverableType(
    "wandb_run",
    WandbRun,
    {"synced_and_downloadable": "lightning_modules.checks.wandb_run:check", "exists": exists},
)
