"""The training core: all that decides the numbers of a run, and nothing else.

Its source, and that of what it imports, is part of every run's fingerprint: a change here makes every run stale.
So evidence, tracking and locks live elsewhere, and come in as loggers and callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import Callback, LightningDataModule, LightningModule, Trainer, seed_everything
from lightning.pytorch.loggers import Logger
from lightning.pytorch.profilers import Profiler

from lightning_modules.non_finite import StopOnNonFiniteLoss


@dataclass(frozen=True)
class Fitted:
    """A trained and tested model. `training` and `test` hold the last value of each logged scalar."""

    model: LightningModule
    data: LightningDataModule
    trainer: Trainer
    training: dict[str, float]
    test: dict[str, float]
    epochs: int
    steps: int


def fit(
    config: Mapping[str, Any],
    folder: Path,
    loggers: Sequence[Logger] = (),
    callbacks: Sequence[Callback] = (),
    profiler: Profiler | None = None,
    resume_from: Path | None = None,
) -> Fitted:
    """Trains what a resolved config describes, and evaluates its test split.

    Paths in the config are relative to the working folder. What the trainer writes by itself goes below `folder`.
    With `resume_from`, a checkpoint of the same training, it goes on from there. `compile` in the config, a mapping of
    arguments for `torch.compile`, has the model's forward pass compiled.

    Raises:
        NonFiniteLoss: a loss became NaN or infinite.
        Exception: whatever the model, the data module or the trainer raises.
    """
    torch.set_num_threads(config["resources"]["cpus"])
    seed_everything(config["seed"], workers=True, verbose=False)
    data = _instance(config["data"])
    model = _instance(config["model"])
    if config.get("compile") is not None:
        model.compile(**config["compile"])
    trainer = _trainer(config["trainer"], folder, loggers, callbacks, profiler)
    trainer.fit(model, datamodule=data, ckpt_path=resume_from, weights_only=True)
    training, epochs, steps = _scalars(trainer), trainer.current_epoch, trainer.global_step
    trainer.test(model, datamodule=data, verbose=False)
    return Fitted(model, data, trainer, training, _scalars(trainer), epochs, steps)


def _instance(node: Mapping[str, Any]) -> Any:
    return instantiate(dict(node), _convert_="all")


def _trainer(
    node: Mapping[str, Any],
    folder: Path,
    loggers: Sequence[Logger],
    callbacks: Sequence[Callback],
    profiler: Profiler | None,
) -> Trainer:
    """The config's trainer, with callbacks added to its own; its own profiler goes before the given one."""
    build = instantiate(dict(node), _partial_=True, _convert_="all")
    own = build.keywords.get("callbacks") or []
    trainer: Trainer = build(
        logger=list(loggers) or False,
        callbacks=[StopOnNonFiniteLoss(), *own, *callbacks],
        profiler=build.keywords.get("profiler") or profiler,
        default_root_dir=folder,
    )
    return trainer


def _scalars(trainer: Trainer) -> dict[str, float]:
    return {name: float(value) for name, value in trainer.callback_metrics.items() if value.numel() == 1}
