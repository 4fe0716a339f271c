"""Log a run to Weights & Biases. Results are computed from the files of the run, not from W&B."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers import Logger, WandbLogger

from compiler.tracking.choice import tracking_mode
from lightning_modules.recording.library_notices import without_weave_suggestion

_EXCLUDED_GROUPS = {"tracking", "resources", "experiment", "agents"}
# Send metrics and the config only: no code, requirements, console output, user name or host name.
_PRIVACY_SETTINGS: dict[str, Any] = {
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
def tracking_loggers(config: Mapping[str, Any], run_id: str, output: Path) -> Iterator[list[Logger]]:
    """Yield the loggers that the config group `tracking` selects. The W&B run ends with exit code 1 on an exception.

    The W&B run starts before the training, so that an unreachable server is noticed before anything is trained.
    """
    if tracking_mode(config) == "disabled":
        yield []
        return
    tracking, exit_code = config["tracking"], 1
    run = start_wandb_run(tracking, config, run_id, output)
    try:
        yield [WandbLogger(project=tracking["project"], save_dir=output, experiment=run)]
        exit_code = 0
    finally:
        run.finish(exit_code=exit_code)
        stop_wandb(output / "wandb")


def start_wandb_run(tracking: Mapping[str, Any], config: Mapping[str, Any], run_id: str, output: Path) -> Any:
    """Return a new W&B run, whose log is written to `wandb/` in the folder `output`."""
    import wandb  # takes 0.3 seconds, so only tracked runs import it

    with without_weave_suggestion():
        run = wandb.init(
            project=tracking["project"],
            entity=tracking.get("entity"),
            id=run_id,  # a repeated training replaces the W&B run of the same id
            name=run_id,
            dir=output,
            config={group: value for group, value in config.items() if group not in _EXCLUDED_GROUPS},
            settings=wandb.Settings(mode=tracking["mode"], **_PRIVACY_SETTINGS),
        )
    run.define_metric("*", step_metric="trainer/global_step")
    return run


def stop_wandb(folder: Path) -> None:
    """Stop the background process of W&B, which would otherwise outlive the run, and delete its debug logs."""
    import wandb

    wandb.teardown()
    _delete_debug_logs(folder)


def _delete_debug_logs(folder: Path) -> None:
    """Delete the debug logs of W&B. They contain settings and paths of the machine, and nothing about the run."""
    for debug_folder in (*folder.glob("*run-*/logs"), *folder.glob("*run-*/tmp")):
        shutil.rmtree(debug_folder)
    for debug_file in folder.glob("debug*.log"):
        debug_file.unlink()
