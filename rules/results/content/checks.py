"""The results of deliverable checks in `results.json`, of single points and over all runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.deliverables.check import DeliverableStatus

# The fields of a tracked run, in the order in which they precede the others. Other deliverables have none of them.
TRACKED_FIELDS = ("project", "entity", "run_id", "run_ids", "url", "checked_at")


@dataclass(frozen=True)
class DeliverableSummary:
    """A deliverable over all its runs. `run_id` and `url` are those of the only run, `run_ids` those of several.

    `checked_at` is the earliest time at which a server was asked for one of the runs.
    """

    path: str
    status: DeliverableStatus
    validated: bool
    required: bool
    validation_method: str
    detail: str
    project: str | None = None
    run_id: str | None = None
    run_ids: tuple[str, ...] | None = None
    entity: str | None = None
    url: str | None = None
    checked_at: str | None = None


@dataclass(frozen=True)
class RunDeliverable:
    """A deliverable of one run. A tracked run has a project, and an entity and a url if they are known."""

    path: str
    run_id: str
    status: DeliverableStatus
    validated: bool
    validation_method: str
    detail: str
    project: str | None = None
    entity: str | None = None
    url: str | None = None
    checked_at: str | None = None


@dataclass(frozen=True)
class ValidationResults:
    """The first two are None if the spec requires no deliverable or no threshold."""

    all_deliverables_met: bool | None
    performance_targets_met: bool | None
    data_integrity_checks_passed: bool


@dataclass(frozen=True)
class ArtifactEntry:
    """An artifact of a run. `path` is relative to the folder of the results."""

    run_id: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PointResults:
    """A point and the run that it names. `error` is the entry of status.json."""

    point: str
    run_id: str
    overrides: Mapping[str, Any]
    status: str
    error: Mapping[str, Any] | None
    completed_at: str | None
    duration_seconds: float | None
    metrics: Mapping[str, float]
    deliverables_status: Mapping[str, RunDeliverable]

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"
