"""Test the final model of a finished run again, on the data of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_model

from compiler.base.identity import training_config
from lightning_modules.checkpoints.final_model import MODEL, BadCheckpoint
from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.recording.item_results import Items, NoItemResults
from lightning_modules.recording.library_notices import suppress_lightning_notices
from lightning_modules.training.fit import missing_test, scalars, seed_and_build
from lightning_modules.training.output_folder import with_output_folder
from lightning_modules.training.trainer import build_trainer, on_one_device


@dataclass(frozen=True)
class RepeatedTest:
    """The metrics of the test split, and the results of its items, None if the model gives none."""

    metrics: dict[str, float]
    items: Items | None


def repeat_test(config: Mapping[str, Any], final_model: Path) -> RepeatedTest:
    """Build the model and the data of a resolved config, load the final weights, and test on one device.

    Paths in the config are relative to the working folder. Nothing is written below it. A run that was not tested,
    because its model or its data have no test, gives no metrics.

    Raises:
        BadCheckpoint: The weights are missing or damaged, or do not fit the model.
        Exception: The model, the data module or the trainer raised it.
    """
    suppress_lightning_notices()
    with TemporaryDirectory() as name:
        folder = Path(name)
        silent = {"enable_progress_bar": False, "enable_model_summary": False}
        config = on_one_device(with_output_folder(training_config(config), folder))
        config["trainer"] |= silent
        data, model = seed_and_build(config)
        try:
            load_model(model, final_model / MODEL, strict=True)
        except (OSError, SafetensorError, RuntimeError) as error:
            raise BadCheckpoint(f"{MODEL} does not load into {type(model).__name__}: {error}") from error
        if missing_test(model, data):
            return RepeatedTest({}, None)
        data.prepare_data()
        data.setup("fit")  # the test split can depend on it, and the training called it
        recorder = ItemRecorder()
        trainer = build_trainer(config, folder, (), [recorder], None)
        trainer.test(model, datamodule=data, verbose=False)
    try:
        items = recorder.items()
    except NoItemResults:
        items = None
    return RepeatedTest(scalars(trainer), items)
