"""One training with all its evidence, in a folder that nobody else writes."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from hydra.utils import instantiate

from compiler.base.json_files import write_json
from lightning_modules.checkpoints.callback import periodic_checkpoint
from lightning_modules.checkpoints.final_model import BatchSampler, save_final_model
from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.failures.classify import OutputsNotWritten
from lightning_modules.recording.csv_logger import HistoryLogger
from lightning_modules.recording.curves import draw_curves
from lightning_modules.recording.history import LoggedValue, read_history, write_history
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.library_notices import suppress_lightning_notices
from lightning_modules.recording.provenance import package_versions
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.recording.tracking import tracking_loggers
from lightning_modules.training.final_metrics import eval_results, run_metrics
from lightning_modules.training.fit import Fitted, fit
from lightning_modules.training.ranks import Ranks, become_first


def train(config: Mapping[str, Any], run_id: str, output: Path, checkpoint: CheckpointStore | None = None) -> None:
    """Fits, tests, and writes everything below `output`; with a place for checkpoints, from the one that lies there.

    Raises:
        OutputsNotWritten: the training went well, the writing did not.
        Exception: what the model, the data or the trainer raised. The history up to there is written.
    """
    output.mkdir(parents=True)
    suppress_lightning_notices()
    become_first()
    meter, sampler = SystemMetrics(checkpoint.last.step if checkpoint and checkpoint.last else None), BatchSampler()
    with tracking_loggers(config, run_id, output) as loggers:
        with _kept_history(output, meter) as history:
            callbacks = [meter, sampler, *periodic_checkpoint(config, checkpoint, history)]
            resume_from, ranks = checkpoint.path if checkpoint else None, Ranks(config, checkpoint)
            fitted = fit(config, output, [history, *loggers], callbacks, meter.loading, resume_from, ranks)
            save_final_model(fitted.model, sampler.rows, output / "final_model")
            _export(fitted, output)
        with _writing():
            _write_results(fitted, meter.test_samples, f"{type(fitted.model).__name__}, run {run_id}", output)


def preload() -> None:
    """For a server that forks trainers: imports and looks up now what a training imports and looks up late.

    Nothing of torch is called: a child hangs whose parent has computed in several threads, and cannot use a GPU that
    its parent has asked about. What is there by then is taken out of garbage collection, or the first collection in
    each child would copy it all.
    """
    for name in ("lightning.pytorch.plugins.environments", "wandb.sdk.launch"):
        import_module(name)
    draw_curves({"eval_accuracy": [LoggedValue(0, 0, 0.5)]}, "", BytesIO())  # finds the fonts
    instantiate({"_target_": "builtins.dict"})
    package_versions()
    gc.collect()
    gc.freeze()


@contextmanager
def _kept_history(output: Path, meter: SystemMetrics) -> Iterator[HistoryLogger]:
    """A logger whose rows become `history.csv`, and the system metrics beside it, also when the block raises."""
    scratch = output / ".history"
    log = HistoryLogger(scratch)
    try:
        yield log
    finally:
        with _writing():
            write_history(log.flush(), output / "history.csv")
            shutil.rmtree(scratch, ignore_errors=True)
            write_json(output / "system_metrics.json", json_document(meter.to_json()))


@contextmanager
def _writing() -> Iterator[None]:
    """An error in here is never the model's."""
    try:
        yield
    except Exception as error:
        raise OutputsNotWritten(f"the outputs of the run could not be written: {error}") from error


def _export(fitted: Fitted, output: Path) -> None:
    """A model or a data module may have more to hand over: a tokenizer, samples."""
    for part in (fitted.data, fitted.model):
        export: Callable[[Path], None] | None = getattr(part, "export", None)
        if export is not None:
            export(output)


def _write_results(fitted: Fitted, test_samples: int, title: str, output: Path) -> None:
    history = read_history(output / "history.csv")
    write_json(output / "metrics.json", json_document(run_metrics(fitted, history)))
    write_json(output / "eval_results.json", json_document(eval_results(fitted, test_samples)))
    draw_curves(history, title, output / "training_curves.png")
