"""Replace the dropout layers of a model by layers that draw for each member the mask of its training alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lightning_modules.fused.members import NotFusable
from lightning_modules.fused.random_states import MemberRandom

DrawMasks = Callable[[Tensor], Tensor]


class MemberDropout(nn.Module):
    """Dropout with a rate and a random state for each member. It works only inside `torch.vmap` over the members."""

    def __init__(self, rates: Sequence[float], states: Sequence[MemberRandom]) -> None:
        super().__init__()
        self.rates, self.states = tuple(rates), tuple(states)

    def keep(self, positions: Sequence[int]) -> None:
        """Forget all other members."""
        self.rates = tuple(self.rates[position] for position in positions)
        self.states = tuple(self.states[position] for position in positions)

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training or not any(self.rates):
            return inputs
        mask: Tensor = _MemberMasks.apply(inputs.detach(), self._draw)  # type: ignore[no-untyped-call]
        return inputs * mask

    def _draw(self, inputs: Tensor) -> Tensor:
        """Return the masks of inputs of shape (members, …), drawn as `torch.nn.functional.dropout` does on the CPU."""
        pairs = zip(inputs, self.rates, self.states, strict=True)
        return torch.stack([_mask(member, rate, state) for member, rate, state in pairs])


class _MemberMasks(torch.autograd.Function):
    """Leaves `torch.vmap` to draw the masks, because it lets all members share one random state."""

    @staticmethod
    def forward(*_: Any) -> Tensor:
        raise NotFusable("a dropout layer is applied to values that all members share")

    @staticmethod
    def setup_context(ctx: Any, _: Any, output: Any) -> None:
        ctx.mark_non_differentiable(output)

    @staticmethod
    def vmap(_: Any, in_dims: Any, inputs: Tensor, draw: DrawMasks) -> tuple[Tensor, int]:
        return draw(inputs.movedim(in_dims[0], 0)), 0


def replace_dropout(skeleton: nn.Module, models: Sequence[nn.Module], states: Sequence[MemberRandom]) -> None:
    """Replace each layer of the class `torch.nn.Dropout` in the skeleton. The rates are those of the models.

    A layer can have several names, if it is used in several places.
    """
    for name, layer in list(skeleton.named_modules(remove_duplicate=False)):
        if type(layer) is nn.Dropout:
            rates = [float(getattr(model.get_submodule(name), "p", 0.0)) for model in models]
            skeleton.set_submodule(name, MemberDropout(rates, states).train(layer.training))


def _mask(inputs: Tensor, rate: float, state: MemberRandom) -> Tensor:
    """Return a mask with the scale of the kept values. Torch draws nothing if all or no values are dropped."""
    if rate == 0:
        return torch.ones_like(inputs)
    if rate == 1:
        return torch.zeros_like(inputs)
    return torch.empty_like(inputs).bernoulli_(1 - rate, generator=state.generator).div_(1 - rate)
