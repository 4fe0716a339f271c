"""Log a run to a database of trackio in the folder of the run. Nothing is sent."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.tracking.choice import logged_config
from compiler.tracking.record import LoggedArtifact
from lightning_modules.tracking.local_artifacts import run_artifacts
from lightning_modules.tracking.tracker import RunToTrack, TrackerFailed
from lightning_modules.tracking.trackio_log.database import ARTIFACT_PREFIX, EXIT_CODE, SUMMARY_PREFIX, read_database
from lightning_modules.tracking.trackio_log.writer_process import WriterProcess


class TrackioTracker:
    """trackio."""

    log_folder = "trackio"

    def start(self, run: RunToTrack, mode: str) -> TrackioSession:
        """Start a database in `trackio/`. Raises TrackerFailed, also if trackio is not installed."""
        folder = run.log_root / self.log_folder
        session = TrackioSession(WriterProcess(folder), folder)
        group = run.experiments[0] if run.experiments else None
        config = logged_config(run.config)
        try:
            session.writer.start({"project": run.project, "name": run.run_id, "group": group, "config": config})
        except BaseException:
            session.stop()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return session


class TrackioSession:
    """A started run of trackio. Its last row has the final metrics, the digests of the artifacts and the exit code."""

    entity = url = None

    def __init__(self, writer: WriterProcess, folder: Path) -> None:
        self.experiment, self.writer, self._folder = self, writer, folder
        self._step = self._rows = 0
        self._results: dict[str, Any] = {}

    def log(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        self._step = self._step if step is None else step
        self._send({name: float(value) for name, value in metrics.items()})

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        """Log the digests only, because the files are in the folder of the run."""
        artifacts = run_artifacts(run)
        self._results |= {f"{ARTIFACT_PREFIX}{artifact.name}": artifact.digest for artifact in artifacts}
        return artifacts

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        self._results |= {f"{SUMMARY_PREFIX}{name}": value for name, value in metrics.items()}

    def finish(self, exit_code: int) -> None:
        """Write the last row, and read the database, because trackio only warns of rows that it does not write."""
        self._send({**self._results, EXIT_CODE: exit_code})
        self.writer.finish()
        for file in self._folder.glob("*.db"):
            if (written := read_database(file).rows) != self._rows:
                raise TrackerFailed(f"trackio wrote {written} of {self._rows} rows")

    def stop(self) -> None:
        """End the process, and delete its lock file."""
        self.writer.stop()
        for file in self._folder.glob("*.lock"):
            file.unlink()

    def _send(self, row: Mapping[str, Any]) -> None:
        self.writer.send({"step": self._step, "metrics": row})
        self._rows += 1
