"""Save and restore the states of all random number generators, as tensors and plain numbers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch


def random_states() -> dict[str, Any]:
    """Return the states of Python, NumPy, torch, and all GPUs.

    The GPUs are left out if this process has not used any, because reading their state would initialize CUDA.
    """
    numpy_state: Any = np.random.get_state()
    name, keys, position, has_gauss, cached_gaussian = numpy_state
    return {
        "python": random.getstate(),
        "numpy": (name, torch.from_numpy(keys.copy()), position, has_gauss, cached_gaussian),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
    }


def set_random_states(states: dict[str, Any]) -> None:
    """Restore the states. Those of GPUs are restored only if the number of GPUs is the same."""
    version, numbers, cached_gaussian = states["python"]
    random.setstate((version, tuple(numbers), cached_gaussian))
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, keys.numpy(), *rest))
    torch.set_rng_state(states["torch"])
    if states["cuda"] and len(states["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(states["cuda"])
