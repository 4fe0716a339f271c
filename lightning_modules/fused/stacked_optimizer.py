"""Update the parameters of all members at once, with the arithmetic of torch's optimizers on the CPU.

The operations and their order are those of `torch.optim` for one tensor, so that the results are equal to the last bit.
A learning rate and a weight decay are tensors with one value for each member. `addcmul` rounds as `add` with `alpha`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

from lightning_modules.fused.members import NotFusable

_OWN_VALUES = ("params", "lr", "initial_lr", "weight_decay")  # may differ between members
_HOOKS = ("_optimizer_step_pre_hooks", "_optimizer_step_post_hooks")
_LARGEST = 1e36  # torch refuses a step that is infinite as float32, and a tensor of such numbers would not
_OFF = ("amsgrad", "maximize", "foreach", "fused", "capturable", "differentiable")


class StackedOptimizer:
    """The optimizer state of all members. `optimizers` are those of the members' own models."""

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self._settings = _equal_settings(optimizers)
        self._kind = type(optimizers[0])
        groups = [optimizer.param_groups[0] for optimizer in optimizers]
        self._lr = [float(group["lr"]) for group in groups]
        self._decay = [float(group["weight_decay"]) for group in groups]
        self._steps = 0
        self._state: dict[str, list[Tensor]] = {}

    def keep(self, positions: Sequence[int]) -> None:
        """Forget all other members."""
        self._lr, self._decay = ([values[position] for position in positions] for values in (self._lr, self._decay))
        self._state = {name: [value[list(positions)] for value in values] for name, values in self._state.items()}

    @torch.no_grad()
    def step(self, parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
        """Update parameters of shape (members, …) in place."""
        self._steps += 1
        for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            if issubclass(self._kind, Adam):
                self._adam(index, parameter, gradient)
            else:
                self._sgd(index, parameter, gradient)

    def _adam(self, index: int, parameter: Tensor, gradient: Tensor) -> None:
        (beta1, beta2), eps = self._settings["betas"], self._settings["eps"]
        mean, square = self._tensor("mean", index, gradient), self._tensor("square", index, gradient)
        if any(self._decay):
            if self._settings.get("decoupled_weight_decay"):
                kept = [1 - lr * decay for lr, decay in zip(self._lr, self._decay, strict=True)]
                parameter.mul_(_for_members(kept, parameter))
            else:
                gradient = torch.addcmul(gradient, parameter, _for_members(self._decay, parameter))
        mean.lerp_(gradient, 1 - beta1)
        square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        correction1, correction2 = 1 - beta1**self._steps, 1 - beta2**self._steps
        denominator = (square.sqrt() / correction2**0.5).add_(eps)
        step_sizes = _for_members([-(lr / correction1) for lr in self._lr], parameter)
        parameter.addcdiv_(mean * step_sizes, denominator)

    def _sgd(self, index: int, parameter: Tensor, gradient: Tensor) -> None:
        momentum = self._settings["momentum"]
        if any(self._decay):
            gradient = torch.addcmul(gradient, parameter, _for_members(self._decay, parameter))
        if momentum != 0:
            buffer = self._tensor("momentum", index, gradient)
            if self._steps == 1:
                buffer.copy_(gradient)
            else:
                buffer.mul_(momentum).add_(gradient, alpha=1 - self._settings["dampening"])
            gradient = gradient.add(buffer, alpha=momentum) if self._settings["nesterov"] else buffer
        parameter.addcmul_(gradient, _for_members([-lr for lr in self._lr], parameter))

    def _tensor(self, name: str, index: int, like: Tensor) -> Tensor:
        tensors = self._state.setdefault(name, [])
        if index == len(tensors):
            tensors.append(torch.zeros_like(like))
        return tensors[index]


def _for_members(values: Sequence[float], like: Tensor) -> Tensor:
    """Return one value for each member, in a shape that multiplies a tensor of shape (members, …)."""
    return torch.tensor(values, dtype=like.dtype).view(-1, *[1] * (like.ndim - 1))


def _equal_settings(optimizers: Sequence[Optimizer]) -> Mapping[str, Any]:
    """Return the settings that all optimizers share.

    Raises:
        NotFusable: The optimizers are not of a supported class, or differ in more than numbers of a member.
    """
    first = optimizers[0]
    if type(first) not in (Adam, AdamW, SGD):
        raise NotFusable(f"the optimizer {type(first).__name__} is not supported (Adam, AdamW and SGD are)")
    all_settings = []
    for optimizer in optimizers:
        if type(optimizer) is not type(first) or len(optimizer.param_groups) != 1:
            raise NotFusable("the optimizers differ, or have more than one group of parameters")
        if optimizer.state or any(getattr(optimizer, name) for name in _HOOKS) or "step" in vars(optimizer):
            raise NotFusable("the optimizer has a state before the first step, hooks or a changed step")
        group = optimizer.param_groups[0]
        for name in ("lr", "weight_decay"):
            if not isinstance(group[name], int | float) or not abs(group[name]) < _LARGEST:
                raise NotFusable(f"the {name} of the optimizer is {group[name]!r}, not a number below {_LARGEST:g}")
        all_settings.append({key: value for key, value in group.items() if key not in _OWN_VALUES})
    settings = all_settings[0]
    if any(other != settings for other in all_settings):
        raise NotFusable("the optimizers differ in more than the learning rate and the weight decay")
    if used := [name for name in _OFF if settings.get(name)]:
        raise NotFusable(f"the optimizer uses {used[0]}, which is not supported")
    return settings
