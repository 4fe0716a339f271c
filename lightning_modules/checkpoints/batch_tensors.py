"""Convert a nested batch to named tensors and back, so that it can be stored in a safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def named_tensors(batch: Any, name: str) -> dict[str, Tensor]:
    """Return the tensors in nested mappings and sequences, keyed by path, such as `batch.0` or `batch.input_ids`.

    Other values in the batch are dropped.
    """
    if isinstance(batch, Tensor):
        return {name: batch}
    if isinstance(batch, Mapping):
        items = list(batch.items())
    elif isinstance(batch, list | tuple):
        items = list(enumerate(batch))
    else:
        return {}
    return {path: tensor for key, item in items for path, tensor in named_tensors(item, f"{name}.{key}").items()}


def nested_tensors(tensors: Mapping[str, Tensor], name: str) -> Any:
    """Rebuild the batch that `named_tensors` converted. Tuples become lists.

    Raises:
        ValueError: No tensor has this name or a name below it.
    """
    if name in tensors:
        return tensors[name]
    prefix = f"{name}."
    keys = list(dict.fromkeys(path.removeprefix(prefix).split(".")[0] for path in tensors if path.startswith(prefix)))
    if not keys:
        raise ValueError(f"no tensor named {name}")
    if all(key.isdigit() for key in keys):
        return [nested_tensors(tensors, prefix + key) for key in sorted(keys, key=int)]
    return {key: nested_tensors(tensors, prefix + key) for key in keys}


def first_rows(tensor: Tensor, count: int) -> Tensor:
    """Return the first `count` rows. A scalar is returned unchanged."""
    return tensor[:count] if tensor.ndim else tensor
