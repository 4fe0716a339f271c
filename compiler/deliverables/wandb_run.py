"""`wandb_run`: the run is finished in W&B and can be read back, from its local log or from the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

Project = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=128)]  # W&B refuses / \\ # ? % and :


class WandbRun(Deliverable):
    path: str = "output/wandb"
    validation: Literal["synced_and_downloadable", "exists"] = "synced_and_downloadable"
    project: Project | None = None  # of the runs; by default tracking.project
    run_id: Literal["auto-generated"] | None = None  # filled in results.json; a run id is a hash of the config
    required_metrics: list[str] = []  # by default those in the history of the run
    mode: Literal["offline", "online"] | None = None  # offline: a complete log on this machine is enough

    def metrics(self) -> Mapping[str, str]:
        return {f"required_metrics.{index}": key for index, key in enumerate(self.required_metrics)}


TYPE = DeliverableType(
    "wandb_run",
    WandbRun,
    {"synced_and_downloadable": "lightning_modules.checks.wandb_run:check", "exists": exists},
)
