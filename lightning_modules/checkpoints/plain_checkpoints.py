"""Write checkpoints that `torch.load(…, weights_only=True)` can read, because unpickling other objects can run code.

Lightning stores the hyperparameters of a module in its checkpoints. They can be objects, such as a network or an
optimizer. The config of a run describes these objects, so they are left out of its checkpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightning.pytorch.plugins.io import TorchCheckpointIO
from torch import Tensor
from torch.nn import Parameter

_HYPERPARAMETERS = ("hyper_parameters", "datamodule_hyper_parameters")
_PLAIN = (str, int, float, bool, type(None), Tensor, Parameter)


class PlainCheckpointIO(TorchCheckpointIO):
    """Writes checkpoints without those hyperparameters that are neither tensors nor plain values."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        plain = {
            key: _without_objects(value) if key in _HYPERPARAMETERS else value for key, value in checkpoint.items()
        }
        super().save_checkpoint(plain, path, storage_options)


def _without_objects(hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in hyperparameters.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    """Return whether a value is of one of the exact types that loading without unpickling accepts."""
    if type(value) is dict:
        return all(map(_is_plain, (*value, *value.values())))
    if type(value) in (list, tuple, set):
        return all(map(_is_plain, value))
    return type(value) in _PLAIN
