"""Define the interface of a tracker. Each tracker is a module that implements it, selected by its name in a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from compiler.tracking.record import LoggedArtifact


class TrackerFailed(Exception):
    """A tracker did not do what it was asked to. The training goes on."""


class LogLost(TrackerFailed):
    """The local log of a run is not complete. It is written again after the training."""


@dataclass(frozen=True)
class RunToTrack:
    """The inputs of a tracked run. `output` is the folder of its files. `data` has the version of each data file.

    The first experiment is the group of the run, and all experiments are its tags.
    """

    run_id: str
    config: Mapping[str, Any]
    output: Path
    experiments: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    other_log_root: Path | None = None  # of the log's folder; by default the output folder

    @property
    def log_root(self) -> Path:
        return self.other_log_root or self.output

    @property
    def folder(self) -> Path:
        return self.output.parent

    @property
    def project(self) -> str:
        return str(self.config["tracking"].get("project") or "proband")

    @property
    def entity(self) -> str | None:
        entity = self.config["tracking"].get("entity")
        return str(entity) if entity else None


class Session(Protocol):
    """A started run of a tracker. Its methods raise exceptions if the tracker fails."""

    experiment: Any  # the tracker's own object, which models reach as `logger.experiment`

    @property
    def entity(self) -> str | None: ...

    @property
    def url(self) -> str | None: ...

    def log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        """Log one row of the history."""

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        """Log the final model, if there is one, as files, and the data as a reference with digests."""

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        """Set the final metrics of the run."""

    def finish(self, exit_code: int) -> None:
        """End the run. Raises an exception if the server has not confirmed it."""

    def stop(self) -> None:
        """End the tracker's processes, also after a failure, and delete files that are not about the run."""


class Tracker(Protocol):
    """A service or a file format that shows the metrics of runs. `log_folder` is the name of the folder of a log."""

    log_folder: str

    def start(self, run: RunToTrack, mode: str) -> Session:
        """Start a run in the mode `offline` or `online`. Raises an exception if the service refuses it."""
