"""The training core: all that decides the numbers of a run, and nothing else.

Its source, and that of what it imports, is part of every run's fingerprint: a change here makes every run stale.
So evidence, tracking and locks live elsewhere, and come in as loggers and callbacks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import Callback, LightningDataModule, LightningModule, Trainer, seed_everything
from lightning.pytorch.loggers import Logger
from lightning.pytorch.profilers import Profiler
from lightning.pytorch.strategies.launchers import _MultiProcessingLauncher

from lightning_modules.failures.non_finite import StopOnNonFiniteLoss

OtherRanks = Callable[[int], AbstractContextManager[object]]  # of a training on so many devices
_ONE_DEVICE = {"devices": 1, "strategy": "auto"}


class StartsProcesses(ValueError):
    """What they train would not come back to the process that writes the evidence."""


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
    other_ranks: OtherRanks = nullcontext,
) -> Fitted:
    """Trains what a resolved config describes, and evaluates its test split.

    Paths in the config are relative to the working folder. What the trainer writes by itself goes below `folder`.
    With `resume_from`, a checkpoint of the same training, it goes on from there. `compile` in the config, a mapping of
    arguments for `torch.compile`, has the model's forward pass compiled. On several devices it runs beside
    `other_ranks`; it tests on one, so that every sample counts once.

    Raises:
        NonFiniteLoss: a loss became NaN or infinite.
        StartsProcesses: the config's strategy would start processes of its own.
        Exception: whatever the model, the data module or the trainer raises.
    """
    data, model = _seeded(config)
    trainer = _trainer(config["trainer"], folder, loggers, callbacks, profiler)
    with other_ranks(trainer.num_devices):
        trainer.fit(model, datamodule=data, ckpt_path=resume_from, weights_only=True)
    training, epochs, steps = _scalars(trainer), trainer.current_epoch, trainer.global_step
    if trainer.num_devices > 1:
        where = trainer.fit_loop.state_dict()
        trainer = _trainer(config["trainer"] | _ONE_DEVICE, folder, loggers, callbacks, profiler)
        trainer.fit_loop.load_state_dict(where)  # for the step by which test metrics are logged
    trainer.test(model, datamodule=data, verbose=False)
    return Fitted(model, data, trainer, training, _scalars(trainer), epochs, steps)


def take_part(config: Mapping[str, Any], folder: Path, callbacks: Sequence[Callback], resume_from: Path | None) -> None:
    """As one of the other ranks: trains what `fit` trains, and answers nothing."""
    data, model = _seeded(config)
    trainer = _trainer(config["trainer"], folder, (), callbacks, None)
    trainer.fit(model, datamodule=data, ckpt_path=resume_from, weights_only=True)


def _seeded(config: Mapping[str, Any]) -> tuple[LightningDataModule, LightningModule]:
    torch.set_num_threads(config["resources"]["cpus"])
    seed_everything(config["seed"], workers=True, verbose=False)
    data, model = _instance(config["data"]), _instance(config["model"])
    if config.get("compile") is not None:
        model.compile(**config["compile"])
    return data, model


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
    if isinstance(trainer.strategy.launcher, _MultiProcessingLauncher):
        raise StartsProcesses(f"strategy {node.get('strategy', 'auto')} starts processes of its own; use ddp")
    return trainer


def _scalars(trainer: Trainer) -> dict[str, float]:
    return {name: float(value) for name, value in trainer.callback_metrics.items() if value.numel() == 1}
