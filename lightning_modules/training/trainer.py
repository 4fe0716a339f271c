"""Build the trainer of a config: with its own callbacks and plugins, and those that a recorded training needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.utils import instantiate
from lightning import Callback, Trainer
from lightning.fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning.fabric.plugins.environments.lightning import LightningEnvironment
from lightning.pytorch.callbacks import Checkpoint
from lightning.pytorch.loggers import Logger
from lightning.pytorch.plugins.io import CheckpointIO
from lightning.pytorch.profilers import Profiler
from lightning.pytorch.strategies.launchers import _MultiProcessingLauncher

from lightning_modules.checkpoints.plain_checkpoints import PlainCheckpointIO
from lightning_modules.failures.non_finite import StopOnNonFiniteLoss
from lightning_modules.training.config_callbacks import config_callbacks

ONE_DEVICE = {"devices": 1, "strategy": "auto"}


class UnsupportedStrategy(ValueError):
    """The strategy trains in processes that it starts itself, so the trained model would not be in this process."""


class TrialTrainer(ValueError):
    """The code of a lab built a trainer that uses a part of the batches, which its config does not show."""


def build_trainer(
    config: Mapping[str, Any],
    folder: Path,
    loggers: Sequence[Logger],
    callbacks: Sequence[Callback],
    profiler: Profiler | None,
) -> Trainer:
    """Build the trainer of the config. Callbacks are added to those of the config, whose profiler takes precedence."""
    node = config["trainer"]
    own_arguments = {key: value for key, value in node.items() if key not in ("callbacks", "logger")}
    build = instantiate(own_arguments, _partial_=True, _convert_="all")
    all_callbacks = [StopOnNonFiniteLoss(), *config_callbacks(config, folder), *callbacks]
    trainer: Trainer = build(
        logger=list(loggers) or False,
        callbacks=all_callbacks,
        enable_checkpointing=any(isinstance(callback, Checkpoint) for callback in all_callbacks),
        enable_progress_bar=bool(node.get("enable_progress_bar")),
        plugins=_with_missing_plugins(build.keywords.get("plugins")),
        profiler=build.keywords.get("profiler") or profiler,
        default_root_dir=folder,
    )
    if isinstance(trainer.strategy.launcher, _MultiProcessingLauncher):
        raise UnsupportedStrategy(f"strategy {node.get('strategy', 'auto')} starts processes of its own (use ddp)")
    _check_batches(trainer, node)
    return trainer


def _check_batches(trainer: Trainer, node: Mapping[str, Any]) -> None:
    """Check that a trainer has no limits that its config does not show, where the compiler would see them."""
    hint = "a run is no trial; to try something out: proband try EXPERIMENT"
    if trainer.fast_dev_run:  # type: ignore[attr-defined]
        raise TrialTrainer(f"the trainer has fast_dev_run ({hint})")
    if node.get("overfit_batches"):
        return  # it limits all splits
    for name in ("limit_train_batches", "limit_val_batches", "limit_test_batches"):
        limit = getattr(trainer, name)
        is_partial = isinstance(limit, int) or limit != 1.0  # 1 is one batch, 1.0 is all of them
        if is_partial and node.get(name) is None:
            raise TrialTrainer(f"{node['_target_']} sets {name} to {limit} (set it in the config; {hint})")


def on_one_device(config: Mapping[str, Any]) -> dict[str, Any]:
    return {**config, "trainer": config["trainer"] | ONE_DEVICE}


def _with_missing_plugins(plugins: Any) -> list[Any]:
    """Return the plugins of a trainer, with those that keep to one process and to checkpoints without objects."""
    all_plugins = [plugins] if plugins and not isinstance(plugins, list | tuple) else list(plugins or ())
    for kind, default in ((ClusterEnvironment, LightningEnvironment), (CheckpointIO, PlainCheckpointIO)):
        if not any(isinstance(plugin, kind) for plugin in all_plugins):
            all_plugins.append(default())
    return all_plugins
