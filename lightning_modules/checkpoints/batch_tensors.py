"""A batch as named tensors, and back: how a sample of the data travels in a safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def named_tensors(batch: Any, name: str) -> dict[str, Tensor]:
    """The tensors in nested mappings and sequences, named by their place: `batch.0`, `batch.input_ids`.

    Anything else in the batch is left out.
    """
    if isinstance(batch, Tensor):
        return {name: batch}
    if isinstance(batch, Mapping):
        items = list(batch.items())
    elif isinstance(batch, list | tuple):
        items = list(enumerate(batch))
    else:
        return {}
    return {key: value for place, item in items for key, value in named_tensors(item, f"{name}.{place}").items()}


def nested_tensors(named: Mapping[str, Tensor], name: str) -> Any:
    """The batch that `named_tensors` took apart; what was a tuple comes back as a list.

    Raises:
        ValueError: there is no tensor below `name`.
    """
    if name in named:
        return named[name]
    prefix = f"{name}."
    places = list(dict.fromkeys(key.removeprefix(prefix).split(".")[0] for key in named if key.startswith(prefix)))
    if not places:
        raise ValueError(f"no tensor named {name}")
    if all(place.isdigit() for place in places):
        return [nested_tensors(named, prefix + place) for place in sorted(places, key=int)]
    return {place: nested_tensors(named, prefix + place) for place in places}


def first_rows(tensor: Tensor, count: int) -> Tensor:
    """The first `count` rows; a scalar as it is."""
    return tensor[:count] if tensor.ndim else tensor
