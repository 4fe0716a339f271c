"""Log a run to Weights & Biases, online or to a local log that can be uploaded later."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from compiler.tracking.choice import logged_config
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
from lightning_modules.tracking.wandb_process import stop_wandb
from lightning_modules.tracking.wandb_settings import (
    ARTIFACT_SECONDS,
    CONFIRM_SECONDS,
    FINISH_SECONDS,
    PRIVACY,
    START_SECONDS,
    own_variables,
)

_MAX_TAG = 64  # characters that W&B accepts
_ENDED = ("finished", "failed", "crashed", "killed")


class WandbTracker:
    """Weights & Biases."""

    log_folder = "wandb"

    def start(self, run: RunToTrack, mode: str) -> WandbSession:
        """Start a run whose log is written to `wandb/` in the output folder.

        Raises:
            Exception: W&B refuses the run, or there is no answer within `START_SECONDS`.
        """
        import wandb  # takes 0.3 seconds, so only tracked runs import it

        with own_variables(mode):
            try:
                settings = _settings(mode)
                started = wandb.init(
                    project=run.project,
                    entity=run.entity,
                    id=run.run_id,  # a repeated training replaces the W&B run of the same id
                    name=run.run_id,
                    group=run.experiments[0] if run.experiments else None,
                    tags=[name[:_MAX_TAG] for name in run.experiments],
                    dir=run.log_root,
                    config=logged_config(run.config),
                    settings=settings,
                )
            except BaseException:
                with suppress(TrackerFailed):  # without a stop, W&B's process keeps the id of the run in use
                    within(START_SECONDS, partial(stop_wandb, run.log_root / "wandb"), "end of W&B's process")
                shutil.rmtree(run.log_root / "wandb", ignore_errors=True)
                raise
        started.define_metric("*", step_metric="trainer/global_step")
        return WandbSession(started, run.log_root / "wandb", mode)


def _settings(mode: str) -> Any:
    import wandb

    return wandb.Settings(
        mode=cast(Any, mode),
        init_timeout=START_SECONDS,
        finish_timeout=FINISH_SECONDS,
        finish_timeout_raises=True,
        **PRIVACY,
    )


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
