"""Log a run to Weights & Biases, online or to a local log that can be uploaded later."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast

from compiler.tracking.choice import logged_config
from lightning_modules.tracking.shared_wandb.service import ANSWER_SECONDS, SharedService, usable_service
from lightning_modules.tracking.shared_wandb.session import SharedSession
from lightning_modules.tracking.time_limit import within
from lightning_modules.tracking.tracker import RunToTrack, Session, TrackerFailed
from lightning_modules.tracking.wandb_session import WandbSession, stop_wandb
from lightning_modules.tracking.wandb_settings import FINISH_SECONDS, PRIVACY, START_SECONDS, own_variables

_MAX_TAG = 64  # characters that W&B accepts


class WandbTracker:
    """Weights & Biases."""

    log_folder = "wandb"

    def start(self, run: RunToTrack, mode: str) -> Session:
        """Start a run whose log is written to `wandb/` in the output folder.

        Offline runs use the process of W&B that their job server has started, if it answers. The process of an online
        run is its own, because it may wait for a server.

        Raises:
            Exception: W&B refuses the run, or there is no answer within `START_SECONDS`.
        """
        service = usable_service() if mode == "offline" else None
        if service is not None:
            try:
                return SharedSession(self._start(run, mode, service), run.log_root / self.log_folder, service)
            except Exception as error:
                print(
                    f"tracking: the shared process of W&B failed, so this run starts its own ({error})", file=sys.stderr
                )
        return self._start(run, mode)

    def _start(self, run: RunToTrack, mode: str, service: SharedService | None = None) -> WandbSession:
        import wandb  # takes 0.3 seconds, so only tracked runs import it

        init = wandb.init if service is None else partial(_within_answer, wandb.init)
        with own_variables(mode, service.token if service else ""):
            try:
                settings = _settings(mode)
                started = init(
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
                seconds = START_SECONDS if service is None else 1
                with suppress(TrackerFailed):  # without a stop, W&B's process keeps the id of the run in use
                    within(seconds, partial(stop_wandb, run.log_root / "wandb"), "end of W&B's process")
                shutil.rmtree(run.log_root / "wandb", ignore_errors=True)
                raise
        started.define_metric("*", step_metric="trainer/global_step")
        return WandbSession(started, run.log_root / "wandb", mode)


def _within_answer(init: Callable[..., Any], **arguments: Any) -> Any:
    return within(ANSWER_SECONDS, partial(init, **arguments), "start in the shared process of W&B")


def _settings(mode: str) -> Any:
    import wandb

    return wandb.Settings(
        mode=cast(Any, mode),
        init_timeout=START_SECONDS,
        finish_timeout=FINISH_SECONDS,
        finish_timeout_raises=True,
        **PRIVACY,
    )
