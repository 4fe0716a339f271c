"""A started run of Weights & Biases, and its end."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from compiler.tracking.record import LoggedArtifact
from lightning_modules.tracking.time_limit import within
from lightning_modules.tracking.tracker import RunToTrack, TrackerFailed
from lightning_modules.tracking.wandb_artifacts import (
    MODEL_FOLDER,
    data_artifact,
    logged_data,
    logged_model,
    model_artifact,
    model_files,
)
from lightning_modules.tracking.wandb_settings import ARTIFACT_SECONDS, CONFIRM_SECONDS, FINISH_SECONDS

_ENDED = ("finished", "failed", "crashed", "killed")


class WandbSession:
    """A started run of W&B."""

    def __init__(self, started: Any, folder: Path, mode: str) -> None:
        self.experiment, self._folder, self._mode = started, folder, mode
        self._path = f"{started.entity}/{started.project}/{started.id}"

    @property
    def entity(self) -> str | None:
        return self.experiment.entity or None

    @property
    def url(self) -> str | None:
        return self.experiment.url if self._mode == "online" else None

    def log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        self.experiment.log(dict(metrics) if step is None else {**metrics, "trainer/global_step": step})

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        folder = run.output / MODEL_FOLDER
        model = model_artifact(run.run_id, folder, run.folder if self._mode == "offline" else None)
        data = data_artifact(run.data)
        logged = (
            *((logged_data(data, run.data),) if data else ()),
            *((logged_model(model, folder),) if model else ()),
        )
        seconds = ARTIFACT_SECONDS + sum(file.stat().st_size for file in model_files(folder)) / 1e6
        artifacts = [artifact for artifact in (data, model) if artifact is not None]
        versions = within(seconds, partial(self._upload, artifacts, seconds), "upload of the artifacts")
        return tuple(replace(entry, version=version) for entry, version in zip(logged, versions, strict=True))

    def _upload(self, artifacts: list[Any], seconds: float) -> list[str | None]:
        """Log the artifacts and return their versions on the server, None for each if there is no server."""
        started = [self.experiment.log_artifact(artifact) for artifact in artifacts]
        if self._mode == "offline":
            return [None for _ in started]
        return [artifact.wait(timeout=int(seconds)).version for artifact in started]

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        within(FINISH_SECONDS, partial(self.experiment.summary.update, dict(metrics)), "update of the summary")

    def finish(self, exit_code: int) -> None:
        within(FINISH_SECONDS + 10, partial(self.experiment.finish, exit_code=exit_code), "end of the W&B run")
        if self._mode == "online":
            state = within(CONFIRM_SECONDS, self._state_on_server, "confirmation by the W&B server")
            if state not in _ENDED:
                raise TrackerFailed(f"not everything was sent: {self._path} is {state} on the server")

    def _state_on_server(self) -> str:
        import wandb

        return str(wandb.Api(timeout=CONFIRM_SECONDS).run(self._path).state)

    def stop(self) -> None:
        within(FINISH_SECONDS, partial(stop_wandb, self._folder), "end of W&B's process")


def stop_wandb(folder: Path) -> None:
    """End the connection to W&B's process, and a process of this run, and delete the debug logs in a folder."""
    import wandb

    try:
        wandb.teardown()
    finally:
        _delete_debug_logs(folder)


def _delete_debug_logs(folder: Path) -> None:
    """Delete the debug logs of W&B. They contain settings and paths of the machine, and nothing about the run."""
    for debug_folder in (*folder.glob("*run-*/logs"), *folder.glob("*run-*/tmp")):
        shutil.rmtree(debug_folder)
    for debug_file in folder.glob("debug*.log"):
        debug_file.unlink()
