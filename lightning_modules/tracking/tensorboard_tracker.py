"""Log a run to an event file of TensorBoard. There is no server, so nothing is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.tracking.choice import logged_config
from compiler.tracking.record import LoggedArtifact
from lightning_modules.tracking.local_artifacts import run_artifacts
from lightning_modules.tracking.tracker import RunToTrack, TrackerFailed

RUN_TAG, SUMMARY_TAG, EXIT_TAG, ARTIFACTS_TAG = "run", "summary", "exit_code", "artifacts"


class TensorboardTracker:
    """TensorBoard."""

    log_folder = "tensorboard"

    def start(self, run: RunToTrack, mode: str) -> TensorboardSession:
        """Start an event file in `tensorboard/`. Raises TrackerFailed if TensorBoard is not installed."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrackerFailed(
                f'TensorBoard is not installed: {error} (pip install "proband[tensorboard]")'
            ) from error
        folder = run.log_root / self.log_folder
        session = TensorboardSession(SummaryWriter(str(folder)), folder)
        content = {"run_id": run.run_id, "experiments": run.experiments, "config": logged_config(run.config)}
        session.log_text(RUN_TAG, content)
        return session


class TensorboardSession:
    """An open event file."""

    entity = url = None

    def __init__(self, writer: Any, folder: Path) -> None:
        self.experiment, self._folder, self._step = writer, folder, 0

    def log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        self._step = self._step if step is None else step
        for name, value in metrics.items():
            self.experiment.add_scalar(name, float(value), self._step)

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        """Log the digests only, because an event file stores no files."""
        artifacts = run_artifacts(run)
        self.log_text(ARTIFACTS_TAG, {artifact.name: artifact.digest for artifact in artifacts})
        return artifacts

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        self.log_text(SUMMARY_TAG, metrics)

    def log_text(self, tag: str, content: Any) -> None:
        self.experiment.add_text(tag, json.dumps(content, sort_keys=True), self._step)

    def finish(self, exit_code: int) -> None:
        self.log_text(EXIT_TAG, exit_code)
        self.experiment.close()

    def stop(self) -> None:
        """Close the file, and give it a name without the name of the machine, which TensorBoard writes into it."""
        self.experiment.close()
        for file in self._folder.glob("events.out.tfevents.*"):
            number = file.name.split(".")[3]
            file.rename(file.with_name(f"events.out.tfevents.{number if number.isdecimal() else int(time.time())}.run"))
