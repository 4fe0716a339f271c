"""Make the module that computes for all members, and check that it is the same function for each of them.

The skeleton is a copy of the model of the first member. Parameters and buffers are passed to it. Other values that
differ between the members, such as a learning rate, are removed from it, so that a function that reads one fails.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType, FunctionType
from typing import Any

import torch
from lightning import LightningModule
from torch import Tensor, nn

from lightning_modules.fused.member_dropout import MemberDropout, replace_dropout
from lightning_modules.fused.members import NotFusable
from lightning_modules.fused.random_states import MemberRandom

_TORCH_STATE = ("_parameters", "_buffers", "_modules")
_MAX_DEPTH = 6


class Skeleton(nn.Module):
    """Calls a method of the model by its name, because `torch.func.functional_call` calls `forward` only."""

    def __init__(self, model: LightningModule) -> None:
        super().__init__()
        self.model = model

    def forward(self, method: str, batch: Any) -> Any:
        return getattr(self.model, method)(batch)


class _NoTrainer:
    """Takes the place of the trainer, whose values the functions of a batch must not use."""

    def __getattr__(self, name: str) -> Any:
        raise NotFusable(f"a function of a batch uses the trainer ({name}), as self.log and self.current_epoch do")


def make_skeleton(models: Sequence[LightningModule], states: Sequence[MemberRandom]) -> Skeleton:
    """Return the skeleton of models of one class.

    Raises:
        NotFusable: The models have different layers.
    """
    layers = [{name: (type(module), module.training) for name, module in model.named_modules()} for model in models]
    if any(other != layers[0] for other in layers):
        raise NotFusable("the models of the members have different layers")
    model = copy.deepcopy(models[0])
    replace_dropout(model, models, states)
    for name, module in model.named_modules():
        if not isinstance(module, MemberDropout):
            _remove_differences(module, [other.get_submodule(name) for other in models])
        if isinstance(module, LightningModule):
            module._trainer = _NoTrainer()  # type: ignore[assignment]
    return Skeleton(model)


def attributes(skeleton: nn.Module) -> dict[str, Any]:
    """Return what shows whether a function has changed the model: the identities of the values of its attributes."""
    return {
        f"{path}.{name}".removeprefix("model.").removeprefix("."): _identity(value)
        for path, module in skeleton.named_modules()
        if not isinstance(module, MemberDropout)
        for name, value in vars(module).items()
        if name not in (*_TORCH_STATE, "training")
    }


def _remove_differences(module: nn.Module, others: Sequence[nn.Module]) -> None:
    for name, value in list(vars(module).items()):
        if name in _TORCH_STATE:
            continue
        if not all(name in vars(other) and _is_equal(value, vars(other)[name]) for other in others):
            del module.__dict__[name]


def _is_equal(first: Any, second: Any, depth: int = 0) -> bool:
    """Return whether two values are equal by their content. False if that is not certain."""
    if first is second:
        return True
    if type(first) is not type(second) or depth > _MAX_DEPTH:
        return False
    if isinstance(first, Tensor):
        return first.shape == second.shape and first.dtype == second.dtype and torch.equal(first, second)
    if isinstance(first, Mapping):
        return list(first) == list(second) and all(_is_equal(first[key], second[key], depth + 1) for key in first)
    if isinstance(first, list | tuple):
        pairs = zip(first, second, strict=False)
        return len(first) == len(second) and all(_is_equal(*pair, depth + 1) for pair in pairs)
    if isinstance(first, str | int | float | bytes | frozenset | set | torch.device | torch.dtype | torch.Size):
        return bool(first == second)
    if hasattr(first, "__dict__") and not isinstance(first, FunctionType | BuiltinFunctionType | type):
        return _is_equal(vars(first), vars(second), depth + 1)
    return False


def _identity(value: Any, depth: int = 0) -> Any:
    if isinstance(value, Tensor):
        return id(value), value._version
    if depth > _MAX_DEPTH or isinstance(value, nn.Module | _NoTrainer | type | FunctionType):
        return id(value)
    if isinstance(value, Mapping):
        return id(value), {key: _identity(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return id(value), [_identity(item, depth + 1) for item in value]
    if isinstance(value, str | int | float):
        return value if value == value else "nan"
    return id(value), {key: _identity(item, depth + 1) for key, item in getattr(value, "__dict__", {}).items()}
