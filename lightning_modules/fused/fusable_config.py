"""Decide from its config whether a run can be trained together with others, and give the reason if it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hydra.utils import get_object
from lightning import LightningDataModule, Trainer

from lightning_modules.fused.fusable_class import data_obstacle, model_obstacle
from lightning_modules.models.fusable_module import FusableModule

IGNORED = frozenset({"fuse", "logger", "enable_model_summary", "use_distributed_sampler", "enable_autolog_hparams"})

_ALLOWED: Mapping[str, Callable[[Any], bool]] = {
    "max_epochs": lambda value: type(value) is int and value > 0,
    "accelerator": lambda value: value == "cpu",
    "devices": lambda value: value in (1, "1", "auto"),
    "strategy": lambda value: value in (None, "auto"),
    "num_nodes": lambda value: value in (None, 1),
    "precision": lambda value: value in (None, 32, "32", "32-true"),
    "deterministic": lambda value: value in (None, True, False),
    "num_sanity_val_steps": lambda value: value == 0,
    "log_every_n_steps": lambda value: value is None or (type(value) is int and value > 0),
    "enable_checkpointing": lambda value: not value,
    "enable_progress_bar": lambda value: not value,
    "callbacks": lambda value: not value,
    "plugins": lambda value: all(
        str(plugin.get("_target_")).endswith(".LightningEnvironment") for plugin in _list(value)
    ),
    "profiler": lambda value: value is None,
    "max_steps": lambda value: value in (None, -1),
    "max_time": lambda value: value is None,
    "min_epochs": lambda value: value is None,
    "min_steps": lambda value: value is None,
    "gradient_clip_val": lambda value: value is None,
    "gradient_clip_algorithm": lambda value: value is None,
    "accumulate_grad_batches": lambda value: value == 1,
    "check_val_every_n_epoch": lambda value: value == 1,
    "val_check_interval": lambda value: value is None or (type(value) is float and value == 1.0),
    "inference_mode": lambda value: value is True,
    "benchmark": lambda value: not value,
    "sync_batchnorm": lambda value: not value,
    "reload_dataloaders_every_n_epochs": lambda value: not value,
}
_REQUIRED = ("max_epochs", "accelerator", "num_sanity_val_steps")  # Lightning's defaults are not supported


def why_not_fusable(config: Mapping[str, Any]) -> str:
    """Return why a run with this config has to be trained alone, "" if it can be trained with others.

    The model and its data are not built. What only they can show is refused later, by `train_members`.
    """
    if config.get("callbacks"):
        return "the config has callbacks"
    if config.get("compile") is not None:
        return "the config compiles the model"
    return _trainer_obstacle(config["trainer"]) or _class_obstacle(config)


def _trainer_obstacle(node: Mapping[str, Any]) -> str:
    if _object(node) is not Trainer:
        return f"the trainer is {node.get('_target_')}, not lightning.Trainer"
    if missing := [name for name in _REQUIRED if name not in node]:
        return f"trainer.{missing[0]} is not set"
    for name, value in node.items():
        if name in IGNORED or name == "_target_":
            continue
        if name not in _ALLOWED:
            return f"trainer.{name} is not supported in an ensemble"
        if not _ALLOWED[name](value):
            return f"trainer.{name} is {value!r}, which is not supported in an ensemble"
    return ""


def _class_obstacle(config: Mapping[str, Any]) -> str:
    model, data = _object(config["model"]), _object(config["data"])
    if not (isinstance(model, type) and issubclass(model, FusableModule)):
        return f"{config['model'].get('_target_')} is not a class derived from FusableModule"
    if not (isinstance(data, type) and issubclass(data, LightningDataModule)):
        return f"{config['data'].get('_target_')} is not a class derived from LightningDataModule"
    classes: tuple[Any, Any] = (model, data)  # mypy takes the hash of a class for that of its instances
    return model_obstacle(classes[0]) or data_obstacle(classes[1])


def _object(node: Mapping[str, Any]) -> Any:
    """Return the object that a config names, None if it cannot be imported."""
    try:
        return get_object(node["_target_"])
    except (KeyError, ImportError, ValueError, AttributeError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
