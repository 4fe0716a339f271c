"""Define the deliverables about tracked runs, which are finished and can be read back.

`wandb_run` is read from W&B's server or its local log, `tracked_run` from the log of the tracker that is selected.
"""

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


class TrackedRunLog(Deliverable):
    path: str = "output/tracking.json"
    validation: Literal["readable", "exists"] = "readable"
    required_metrics: list[str] = []  # by default those in the history of the run

    def metrics(self) -> Mapping[str, str]:
        return {f"required_metrics.{index}": key for index, key in enumerate(self.required_metrics)}


TRACKED_RUN = DeliverableType(
    "tracked_run", TrackedRunLog, {"readable": "lightning_modules.checks.tracker_log:check", "exists": exists}
)
