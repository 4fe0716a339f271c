"""Compute with the models of all members at once: losses, gradients and metrics, by `torch.vmap` over the members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from lightning import LightningModule
from torch import Tensor
from torch.func import functional_call, stack_module_state

from lightning_modules.fused.member_dropout import MemberDropout
from lightning_modules.fused.members import NotFusable
from lightning_modules.fused.random_states import MemberRandom
from lightning_modules.fused.skeleton import attributes, make_skeleton
from lightning_modules.fused.stacked_optimizer import StackedOptimizer


class Ensemble:
    """The parameters of all members, stacked, with their optimizer. The models themselves stay unchanged."""

    def __init__(self, models: Sequence[LightningModule], states: Sequence[MemberRandom]) -> None:
        self._optimizer = StackedOptimizer([_optimizer(model) for model in models])
        self._skeleton = make_skeleton(models, states)
        parameters, buffers = _stacked_state(models)
        self._parameters = {name: value.detach().requires_grad_() for name, value in parameters.items()}
        self._buffers = {name: value.detach() for name, value in buffers.items()}
        self._buffer_versions = {name: value._version for name, value in self._buffers.items()}
        self._modes = {module: module.training for module in self._skeleton.modules()}
        self._attributes = attributes(self._skeleton)

    def keep(self, positions: Sequence[int]) -> None:
        """Forget all other members."""
        self.check_unchanged()
        rows = list(positions)
        self._parameters = {name: value.detach()[rows].requires_grad_() for name, value in self._parameters.items()}
        self._buffers = {name: value[rows] for name, value in self._buffers.items()}
        self._buffer_versions = {name: value._version for name, value in self._buffers.items()}
        self._optimizer.keep(positions)
        for module in self._skeleton.modules():
            if isinstance(module, MemberDropout):
                module.keep(positions)

    def losses(self, batch: Any) -> Tensor:
        """Return the training loss of each member for its batch."""
        losses = self._call("training_loss", batch)
        if not isinstance(losses, Tensor) or losses.ndim != 1:
            raise NotFusable("training_loss does not return one number")
        return losses

    def step(self, losses: Tensor) -> None:
        """Update the parameters. The gradient of a sum over members is that of the loss of each member."""
        parameters = list(self._parameters.values())
        gradients = torch.autograd.grad(losses.sum(), parameters, allow_unused=True)
        if unused := [name for name, value in zip(self._parameters, gradients, strict=True) if value is None]:
            raise NotFusable(f"the parameter {unused[0]} does not contribute to the loss")
        self._optimizer.step(parameters, gradients)

    def evaluate(self, method: str, batch: Any) -> Any:
        """Return what a method of the models returns for a batch, in evaluation mode and without gradients."""
        self._skeleton.eval()
        try:
            with torch.no_grad():
                return self._call(method, batch)
        finally:
            for module, training in self._modes.items():
                module.training = training

    def check_unchanged(self) -> None:
        """Raise NotFusable if the functions of the model have changed it."""
        after = attributes(self._skeleton)
        for name in self._attributes.keys() | after.keys():
            if self._attributes.get(name) != after.get(name):
                raise NotFusable(f"a function of a batch changes the attribute {name} of the model")
        for name, value in self._buffers.items():
            if value._version != self._buffer_versions[name]:
                raise NotFusable(f"a function of a batch changes the buffer {name} of the model")

    def write_to(self, models: Sequence[LightningModule]) -> None:
        """Copy the parameters to the models of the members."""
        with torch.no_grad():
            for position, model in enumerate(models):
                for name, parameter in model.named_parameters():
                    parameter.copy_(self._parameters[name][position])

    def _call(self, method: str, batch: Any) -> Any:
        def member(parameters: dict[str, Tensor], buffers: dict[str, Tensor], batch: Any) -> Any:
            state = {f"model.{name}": value for name, value in (parameters | buffers).items()}
            return functional_call(self._skeleton, state, (method, batch))

        return torch.vmap(member, randomness="error")(self._parameters, self._buffers, batch)


def _optimizer(model: LightningModule) -> torch.optim.Optimizer:
    configured: Any = model.configure_optimizers()
    if isinstance(configured, dict) and set(configured) == {"optimizer"}:
        configured = configured["optimizer"]
    if isinstance(configured, list | tuple) and len(configured) == 1:
        configured = configured[0]
    if not isinstance(configured, torch.optim.Optimizer):
        raise NotFusable("configure_optimizers returns something other than one optimizer, such as a schedule")
    optimized = [parameter for group in configured.param_groups for parameter in group["params"]]
    if list(map(id, optimized)) != [id(parameter) for parameter in model.parameters()]:
        raise NotFusable("the optimizer does not have exactly the parameters of the model, in their order")
    return configured


def _stacked_state(models: Sequence[LightningModule]) -> tuple[dict[str, Any], dict[str, Any]]:
    shapes = [{name: (value.shape, value.dtype) for name, value in model.state_dict().items()} for model in models]
    if any(other != shapes[0] for other in shapes):
        raise NotFusable("the models of the members have tensors of different shapes")
    return stack_module_state(list(models))
