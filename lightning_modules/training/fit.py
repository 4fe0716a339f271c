"""The training core: all code that determines the numbers of a run, and no other code.

The source of this module and of the modules it imports is part of the fingerprint of every run, so a change makes all
runs stale. Recording, tracking and locks are in other modules, which pass loggers and callbacks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import Callback, LightningDataModule, LightningModule, Trainer, seed_everything
from lightning.pytorch.loggers import Logger
from lightning.pytorch.profilers import Profiler
from lightning.pytorch.utilities.model_helpers import is_overridden

from lightning_modules.training.config_callbacks import best_checkpoint
from lightning_modules.training.output_folder import with_output_folder
from lightning_modules.training.trainer import build_trainer, on_one_device

RunOtherRanks = Callable[[int], AbstractContextManager[object]]  # takes the number of devices


@dataclass(frozen=True)
class FitResult:
    """A trained model. `training` and `test` contain the last value of each logged scalar.

    `checkpoint` is the file of the best weights, if the model has these weights; None if it has those of the last step.
    `not_tested` states why there are no test metrics, "" if the model was tested.
    """

    model: LightningModule
    data: LightningDataModule
    trainer: Trainer
    training: dict[str, float]
    epochs: int
    steps: int
    checkpoint: Path | None = None
    test: Mapping[str, float] = field(default_factory=dict)
    not_tested: str = "the test failed"


def fit(
    config: Mapping[str, Any],
    folder: Path,
    loggers: Sequence[Logger] = (),
    callbacks: Sequence[Callback] = (),
    profiler: Profiler | None = None,
    resume_from: Path | None = None,
    run_other_ranks: RunOtherRanks = nullcontext,
    on_fitted: Callable[[FitResult], object] | None = None,
) -> FitResult:
    """Train the model of a resolved config, and evaluate it on the test split.

    Paths in the config are relative to the working folder. The trainer writes its own files below `folder`. If
    `resume_from` is a checkpoint of the same training, training resumes from it. If the config has `compile`, a mapping
    of arguments of `torch.compile`, the forward pass is compiled. On several devices, the training runs inside
    `run_other_ranks`. The test runs on one device, so that every sample counts once. If a callback keeps the best
    checkpoint by a metric, its weights are tested, unless the config says `test_weights: last`. `on_fitted` gets the
    trained model before the test, which may fail.

    Raises:
        NonFiniteLoss: A loss became NaN or infinite.
        UnsupportedStrategy: The strategy starts processes itself.
        Exception: The model, the data module or the trainer raised it.
    """
    config = with_output_folder(config, folder)
    data, model = seed_and_build(config)
    trainer = build_trainer(config, folder, loggers, callbacks, profiler)
    with run_other_ranks(trainer.num_devices):
        trainer.fit(model, datamodule=data, ckpt_path=resume_from, weights_only=True)
    training, epochs, steps = scalars(trainer), trainer.current_epoch, trainer.global_step
    checkpoint = best_checkpoint(trainer) if config.get("test_weights") != "last" else None
    if checkpoint is not None:
        load_weights(model, checkpoint)
    fitted = FitResult(model, data, trainer, training, epochs, steps, checkpoint)
    if on_fitted is not None:
        on_fitted(fitted)
    if trainer.num_devices == 1:
        return _tested(fitted)
    progress = trainer.fit_loop.state_dict()
    single = build_trainer(on_one_device(config), folder, loggers, callbacks, profiler)
    single.fit_loop.load_state_dict(progress)  # contains the step with which test metrics are logged
    return _tested(replace(fitted, trainer=single))


def _tested(fitted: FitResult) -> FitResult:
    """Return a trained model with the metrics of its test.

    A model or data module without a test is left untested, and keeps the metrics of its training.
    """
    if reason := missing_test(fitted.model, fitted.data):
        return replace(fitted, not_tested=reason)
    fitted.trainer.test(fitted.model, datamodule=fitted.data, verbose=False)
    return replace(fitted, test=scalars(fitted.trainer), not_tested="")


def missing_test(model: LightningModule, data: LightningDataModule) -> str:
    """Return what a test needs and the model or its data lacks, "" if they have a test."""
    if not is_overridden("test_step", model):
        return f"{type(model).__name__} has no test_step"
    if not (is_overridden("test_dataloader", data) or is_overridden("test_dataloader", model)):
        return f"{type(data).__name__} has no test_dataloader"
    return ""


def fit_as_other_rank(
    config: Mapping[str, Any], folder: Path, callbacks: Sequence[Callback], resume_from: Path | None
) -> None:
    """Take part in the training of `fit` as another process than the first."""
    config = with_output_folder(config, folder)
    data, model = seed_and_build(config)
    trainer = build_trainer(config, folder, (), callbacks, None)
    trainer.fit(model, datamodule=data, ckpt_path=resume_from, weights_only=True)


def seed_and_build(config: Mapping[str, Any]) -> tuple[LightningDataModule, LightningModule]:
    """Set the seeds and the number of threads, and build the data module and the model of a resolved config."""
    torch.set_num_threads(config["resources"]["cpus"])
    seed_everything(config["seed"], workers=True, verbose=False)
    data, model = _instantiate(config["data"]), _instantiate(config["model"])
    if config.get("compile") is not None:
        model.compile(**config["compile"])
    return data, model


def _instantiate(node: Mapping[str, Any]) -> Any:
    return instantiate(dict(node), _convert_="all")


def load_weights(model: LightningModule, checkpoint: Path) -> None:
    """Load the weights in a checkpoint of Lightning, without unpickling other objects."""
    content = torch.load(checkpoint, map_location=model.device, weights_only=True)
    model.on_load_checkpoint(content)
    model.load_state_dict(content["state_dict"])


def scalars(trainer: Trainer) -> dict[str, float]:
    """Return the last value of each scalar that was logged."""
    return {name: float(value) for name, value in trainer.callback_metrics.items() if value.numel() == 1}
