"""Train with a plain function or a command, and write the same outputs as for a training with Lightning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compiler.base.json_files import write_json
from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.recording.curves import draw_curves
from lightning_modules.recording.history import read_history
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.training.recorded_outputs import recorded_history, writing_outputs
from lightning_modules.wrap.call_function import call_function
from lightning_modules.wrap.own_files import check_own_files
from lightning_modules.wrap.recorder import RunRecorder
from lightning_modules.wrap.run_command import run_command

Training = Callable[[Mapping[str, Any], RunRecorder], dict[str, float]]
_TRAININGS: dict[str, Training] = {"function": call_function, "command": run_command}


def train_wrapped(
    tracked: RunToTrack,
    kind: str,
    checkpoints: CheckpointStore | None,
    is_trial: bool = False,
) -> None:
    """Train the config of a run whose kind is not `lightning`, and write all outputs of the run below `output`.

    `metrics.json` has the last logged value of each metric and the returned metrics. `eval_results.json` has the
    returned metrics: a training that splits its data itself returns what it measured on its test data.

    Raises:
        OutputsNotWritten: The training finished, but its outputs could not be written.
        Exception: The function raised it. The history until then is written.
    """
    config, run_id, output = tracked.config, tracked.run_id, tracked.output
    metrics = SystemMetrics(checkpoints.last.step if checkpoints and checkpoints.last else None)
    with tracked_training(tracked) as loggers:
        with recorded_history(output, metrics) as history, metrics.fitting():
            gpus = config["resources"].get("gpus", 0)
            run = RunRecorder(output, config["seed"], [history, *loggers], checkpoints, gpus, is_trial)
            returned = _TRAININGS[kind](config, run)
            check_own_files(output)
        for logger in loggers:
            logger.log_metrics(returned)
        with writing_outputs():
            write_json(output / "metrics.json", json_document({**run.last, **returned}))
            write_json(output / "eval_results.json", json_document({**returned, "split": "test"}))
            logged = read_history(output / "history.csv")
            if logged:
                draw_curves(logged, f"{_name(config)}, run {run_id}", output / "training_curves.png")


def _name(config: Mapping[str, Any]) -> str:
    command = config.get("cmd")
    return " ".join(map(str, command[:2])) if command else str(config["model"]["_target_"]).rpartition(".")[2]
