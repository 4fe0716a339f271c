"""Give each member the random numbers that its training alone would draw."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from lightning_modules.fused.members import NotFusable


class MemberRandom:
    """The state of torch's random numbers in the training of one member."""

    def __init__(self) -> None:
        """Take over the present state of the process."""
        self.generator = torch.Generator()
        self.generator.set_state(torch.get_rng_state())

    @contextmanager
    def active(self) -> Iterator[None]:
        """Let the block draw the random numbers of this member."""
        torch.set_rng_state(self.generator.get_state())
        yield
        self.generator.set_state(torch.get_rng_state())


@contextmanager
def drawing_nothing(actor: str, with_torch: bool = True) -> Iterator[None]:
    """Refuse a block that draws from random, from numpy.random or, if so asked, from torch.

    Raises:
        NotFusable: The block has drawn random numbers.
    """
    before = _states(with_torch)
    yield
    for library, state in _states(with_torch).items():
        if state != before[library]:
            raise NotFusable(f"{actor} draws random numbers from {library}, which all members would share")


def _states(with_torch: bool) -> dict[str, Any]:
    name, keys, position, *rest = np.random.get_state(legacy=True)
    states: dict[str, Any] = {
        "random": random.getstate(),
        "numpy.random": (name, np.asarray(keys).tobytes(), position, *rest),
    }
    return states | ({"torch": torch.get_rng_state().numpy().tobytes()} if with_torch else {})
