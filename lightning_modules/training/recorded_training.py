"""Train a config and write all outputs of the run below a folder."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from hydra.utils import instantiate
from lightning import LightningDataModule

from compiler.base.identity import training_config
from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_kind
from lightning_modules.checkpoints.callback import periodic_checkpoint
from lightning_modules.checkpoints.final_model import BatchSampler
from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.provenance.preload import preload_provenance
from lightning_modules.recording.confusion_matrix import draw_confusion_matrix, has_classes
from lightning_modules.recording.curves import draw_curves
from lightning_modules.recording.group_columns import write_groups
from lightning_modules.recording.history import LoggedValue, read_history
from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.recording.item_results import PREDICTION, TARGET, NoItemResults, write_items
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.library_notices import suppress_lightning_notices
from lightning_modules.recording.progress_file import progress_report
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.tracking.config_loggers import config_loggers
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.training.config_callbacks import CHECKPOINTS
from lightning_modules.training.extras import apply_extras
from lightning_modules.training.final_outputs import kept_metrics, write_model
from lightning_modules.training.fit import FitResult, fit
from lightning_modules.training.other_ranks import OtherRanks, become_first_rank
from lightning_modules.training.output_folder import with_output_folder
from lightning_modules.training.recorded_outputs import recorded_history, writing_outputs
from lightning_modules.training.trainer_variables import ignore_trainer_variables
from lightning_modules.training.wrapped_training import train_wrapped


def train(
    config: Mapping[str, Any],
    run_id: str,
    output: Path,
    checkpoints: CheckpointStore | None = None,
    is_trial: bool = False,
    experiments: tuple[str, ...] = (),
    data: Mapping[str, str] | None = None,
) -> None:
    """Train and test the model, and write all outputs below `output`. Resume from the last checkpoint if there is one.

    The tracked run names the experiments and the versions of the data by path.

    A model that is a plain function, or a command, trains itself (`train_wrapped`), and learns whether it is a trial.

    If the test fails, the metrics of the training are written nevertheless. An output that the model or the data module
    cannot write is left out, and `not_written.json` states why.

    Raises:
        OutputsNotWritten: The training finished, but its outputs could not be written.
        Exception: The model, the data module or the trainer raised it. The history until then is written.
    """
    output.mkdir(parents=True)
    config = training_config(config)
    run = RunToTrack(run_id, config, output, experiments, data or {})
    kind = training_kind(config, Definitions(Modules([Path.cwd(), ENGINE])))
    if kind != "lightning":
        train_wrapped(run, kind, checkpoints, is_trial)
        return
    suppress_lightning_notices()
    ignore_trainer_variables()
    become_first_rank()
    apply_extras(config)
    resume_from = checkpoints.path if checkpoints else None
    if checkpoints:
        checkpoints.restore_kept(output / CHECKPOINTS)
    metrics = SystemMetrics(checkpoints.last.step if checkpoints and checkpoints.last else None)
    sampler, items = BatchSampler(), ItemRecorder()
    with tracked_training(run) as loggers:
        with kept_metrics(output, metrics) as kept, recorded_history(output, metrics) as history:
            callbacks = [
                metrics,
                sampler,
                items,
                *progress_report(history.progress),
                *periodic_checkpoint(config, checkpoints, history, output / CHECKPOINTS),
            ]
            other_ranks = OtherRanks(config, checkpoints)
            all_loggers = [*config_loggers(with_output_folder(config, output)), history, *loggers]
            result = fit(config, output, all_loggers, callbacks, metrics.loading, resume_from, other_ranks, kept.keep)
            kept.keep(result)
            not_written = write_model(result, sampler.rows, output)
        with writing_outputs():
            write_evidence(result, items, run, not_written)


def write_evidence(result: FitResult, items: ItemRecorder, run: RunToTrack, not_written: Mapping[str, str]) -> None:
    """Draw the curves, write the results of the test items, and list the outputs that could not be written."""
    output, title = run.output, f"{type(result.model).__name__}, run {run.run_id}"
    draw_curves(read_history(output / "history.csv"), title, output / "training_curves.png", result.test)
    missing = {**not_written, **_write_item_results(items, result.data, title, output)}
    if missing:
        write_json(output / "not_written.json", json_document(missing))


def preload() -> None:
    """Import modules and fill caches that a training needs, in a server that forks training processes.

    This function calls no torch function. A child process would deadlock if its parent had computed in several
    threads, and could not use a GPU if its parent had initialized CUDA. Existing objects are excluded from garbage
    collection, because the first collection in each child would copy their memory.
    """
    import requests  # noqa: F401  by W&B, when a run starts
    import wandb.sdk.launch.inputs.internal  # noqa: F401

    import lightning_modules.tracking.wandb_tracker  # noqa: F401

    _preload_pictures()
    instantiate({"_target_": "builtins.dict"})
    preload_provenance()
    gc.collect()
    gc.freeze()


def _preload_pictures() -> None:
    """Draw both pictures, which fills matplotlib's caches of fonts and ours of the widths of digits."""
    digits = np.arange(10)
    draw_curves({"eval_accuracy": [LoggedValue(0, 0, 0.5)]}, "", BytesIO())
    draw_confusion_matrix({TARGET: digits, PREDICTION: digits}, "", BytesIO())


def _write_item_results(recorder: ItemRecorder, data: LightningDataModule, title: str, output: Path) -> dict[str, str]:
    """Write the result and the groups of each test item, and for classes the confusion matrix.

    Without results, log the reason. Return why the groups cannot be written, if the data module has some.
    """
    try:
        items = recorder.items()
    except NoItemResults as reason:
        print(f"predictions.npz is not written: {reason}", file=sys.stderr)
        return {}
    write_items(items, output / "predictions.npz")
    if has_classes(items):
        draw_confusion_matrix(items, title, output / "confusion_matrix.png")
    return write_groups(data, len(items["ids"]), output)
