"""Define the interface of a tracker. Each tracker is a module that implements it, found by its name in a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lightning.pytorch.loggers import Logger

from compiler.tracking.record import LoggedArtifact


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


class Session(Protocol):
    """A started run of a tracker."""

    logger: Logger
    url: str | None

    def log_artifacts(self, run: RunToTrack, with_model: bool) -> tuple[LoggedArtifact, ...]:
        """Log the data as a reference with digests, and the final model of a completed training as files."""

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        """Set the final metrics of the run."""

    def finish(self, exit_code: int) -> None:
        """End the run within a documented number of seconds. Raises an exception if data were not sent."""


class Tracker(Protocol):
    """A service or a file format that shows the metrics of runs."""

    def start(self, run: RunToTrack, mode: str) -> Session:
        """Start a run in the mode `offline` or `online`. Raises an exception if the service refuses it."""
