"""Check that a model or a data module relies on nothing that the training of an ensemble leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from inspect import getattr_static
from typing import Any

from lightning import LightningDataModule, LightningModule
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.parameter import is_lazy

from lightning_modules.models.fusable_module import FusableModule

_MODEL_METHODS = frozenset(
    {"training_loss", "validation_metrics", "test_results", "configure_optimizers", "forward", "predict_step"}
)
_DATA_METHODS = frozenset(
    {"prepare_data", "setup", "teardown", "train_dataloader", "val_dataloader", "test_dataloader", "predict_dataloader"}
)
_CLASS_ATTRIBUTES = frozenset({"fusable", "extra_repr", "load_state_dict", "state_dict", "on_exception"})
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


@cache
def model_obstacle(model: type[Any]) -> str:
    """Return why instances of a class cannot be trained together, "" if nothing is known against it."""
    if vars(model).get("fusable") is not True:
        return f"{model.__name__} does not state `fusable = True` (its base classes do not count)"
    for name in _overridden(model, FusableModule, _MODEL_METHODS):
        return f"{model.__name__} overrides {name}, which the training of an ensemble does not call"
    return ""


@cache
def data_obstacle(data: type[Any]) -> str:
    """Return why the data of a class cannot be used in an ensemble, "" if nothing is known against it."""
    for name in _overridden(data, LightningDataModule, _DATA_METHODS):
        return f"{data.__name__} overrides {name}, which the training of an ensemble does not call"
    return ""


def built_model_obstacle(model: LightningModule) -> str:
    """Return why a built model cannot be trained with others, "" if nothing is known against it."""
    name = type(model).__name__
    for method in vars(model).keys() & set(dir(FusableModule)):
        if callable(getattr(FusableModule, method)):
            return f"{name} replaces its method {method} by an attribute"
    if not model.automatic_optimization:
        return f"{name} optimizes by itself"
    for path, module in model.named_modules():
        if isinstance(module, _NormBase) and module.track_running_stats:
            return f"{path} of {name} changes its running statistics in every step"
        if any(getattr(module, hooks) for hooks in _HOOKS):
            return f"{path or 'the model'} of {name} has hooks"
    return next(_tensor_obstacles(model), "")


def _tensor_obstacles(model: nn.Module) -> Iterator[str]:
    for name, parameter in model.named_parameters():
        if is_lazy(parameter):
            yield f"the parameter {name} gets its shape from the first batch"
        elif not parameter.requires_grad:
            yield f"the parameter {name} is not trained"
        elif not parameter.is_floating_point() or parameter.element_size() != 4:
            yield f"the parameter {name} is {parameter.dtype}, not float32"
        elif parameter._backward_hooks:
            yield f"the parameter {name} has hooks"
    if not any(True for _ in model.parameters()):
        yield "the model has no parameters"


def _overridden(kind: type, base: type, allowed: frozenset[str]) -> Iterator[str]:
    for name in dir(base):
        is_special = name.startswith("__") and name not in ("__call__", "__getattr__", "__setattr__")
        if is_special or name.startswith("_abc") or name in allowed | _CLASS_ATTRIBUTES:
            continue
        if getattr_static(kind, name) is not getattr_static(base, name):
            yield name
