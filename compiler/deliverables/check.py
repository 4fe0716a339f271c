"""The input and the result of a deliverable check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

# delivered: the check passes. missing: the artifact does not exist. invalid: it exists and does not pass.
# not_checked: the run failed, or the check could not be made.
# recorded_not_synced: the log of a tracked run is complete on this machine, and is not on the server.
DeliverableStatus = Literal["delivered", "missing", "invalid", "not_checked", "recorded_not_synced"]


@dataclass(frozen=True)
class FinishedRun:
    """A finished run whose deliverables are checked."""

    run_id: str
    folder: Path  # results/runs/<run id>
    config: Mapping[str, Any]  # from the plan, not from the run's own config.json
    data: Mapping[str, str]  # hash by tracked path, also from the plan


@dataclass(frozen=True)
class TrackedRun:
    """Where a run is tracked. `entity` and `url` are known if the run was read from the server.

    `checked_at` is the time at which the server was asked, None if it was not. `has_no_answer` is set if the server did
    not answer or refused the key, so that the next build asks it again.
    """

    project: str
    run_id: str
    entity: str | None = None
    url: str | None = None
    checked_at: str | None = None
    has_no_answer: bool = False


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: whether the run meets the deliverable, and a sentence with the reason.

    A check sets `is_missing` if an artifact outside the run's folder does not exist. Files in the folder need no such
    hint: a deliverable whose path does not exist counts as missing anyway. `tracked` is set by checks of tracked runs.
    `outcomes` are the results of the parts of a check, as JSON. They are stored with the result of the run.
    `is_unsynced` is set by a check that does not pass only because a complete log was not uploaded.
    """

    passed: bool
    detail: str
    is_missing: bool = False
    tracked: TrackedRun | None = None
    outcomes: tuple[Mapping[str, Any], ...] = ()
    is_unsynced: bool = False
