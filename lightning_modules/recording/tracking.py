"""Weights & Biases as a logger of one run. Its metrics are a copy; the run's own files are the truth."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers import Logger, WandbLogger

from lightning_modules.recording.library_notices import without_weave_suggestion

_NOT_LOGGED = {"tracking", "resources", "experiment", "agents"}
# Only metrics and config: no code, no requirements, no console, no name of a user or a machine.
_QUIET: dict[str, Any] = {
    "silent": True,
    "console": "off",
    "symlink": False,
    "host": "",
    "disable_code": True,
    "disable_git": True,
    "save_code": False,
    "x_disable_meta": True,
    "x_disable_machine_info": True,
    "x_disable_stats": True,
    "x_save_requirements": False,
}


@contextmanager
def tracked(config: Mapping[str, Any], run_id: str, output: Path) -> Iterator[list[Logger]]:
    """The loggers that `tracking` asks for; the tracked run ends with exit code 0, or 1 when the block raises.

    It is started before anything is trained, so that a server that cannot be reached costs no training.
    """
    tracking = config.get("tracking") or {}
    if tracking.get("mode", "none") == "none":
        yield []
        return
    logger, exit_code = _started(tracking, config, run_id, output), 1
    try:
        yield [logger]
        exit_code = 0
    finally:
        logger.experiment.finish(exit_code=exit_code)
        _stop_service()
        _drop_debug_logs(output / "wandb")


def _started(tracking: Mapping[str, Any], config: Mapping[str, Any], run_id: str, output: Path) -> WandbLogger:
    import wandb  # a third of a second, for runs that are tracked

    with without_weave_suggestion():
        run = wandb.init(
            project=tracking["project"],
            entity=tracking.get("entity"),
            id=run_id,  # a run that is trained again replaces what was tracked under its id
            name=run_id,
            dir=output,
            config={key: value for key, value in config.items() if key not in _NOT_LOGGED},
            settings=wandb.Settings(mode=tracking["mode"], **_QUIET),
        )
    run.define_metric("*", step_metric="trainer/global_step")
    return WandbLogger(project=tracking["project"], save_dir=output, experiment=run)


def _stop_service() -> None:
    """The process that W&B writes through outlives its run otherwise."""
    import wandb

    wandb.teardown()


def _drop_debug_logs(folder: Path) -> None:
    """They hold settings and paths of the machine, and nothing about the run."""
    for scrap in (*folder.glob("*run-*/logs"), *folder.glob("*run-*/tmp")):
        shutil.rmtree(scrap)
    for scrap in folder.glob("debug*.log"):
        scrap.unlink()
