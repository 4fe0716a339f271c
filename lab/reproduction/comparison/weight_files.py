"""Compare the weights of two models, tensor by tensor. Nothing is unpickled except plain tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from lab.reproduction.comparison.deviation import Deviation, FileComparison
from rules.verification.tolerance import Tolerance

Read = Callable[[str], torch.Tensor]
_Opened = AbstractContextManager[tuple[tuple[str, ...], Read]]


def compare_weights(recorded: Path, repeated: Path, tolerance: Tolerance) -> FileComparison:
    """Compare every tensor of two files of safetensors or `torch.save`.

    Numbers and texts beside tensors are not compared, because checkpoints contain times and paths.

    Raises:
        Exception: A file is damaged, has other objects than tensors, numbers and texts, or both files have no tensors.
    """
    opened = _safetensors if recorded.suffix == ".safetensors" else _torch_file
    return _compare(recorded.name, opened(recorded), opened(repeated), tolerance)


def _compare(name: str, recorded: _Opened, repeated: _Opened, tolerance: Tolerance) -> FileComparison:
    with recorded as (old_names, old), repeated as (new_names, new):
        if not old_names and not new_names:
            raise ValueError("it has no tensors")
        deviations = [
            Deviation(f"{name}: {tensor} is missing in {where}", False)
            for where, names in (("the record", old_names), ("the repeated training", new_names))
            for tensor in sorted({*old_names, *new_names} - {*names})
        ]
        common = (tensor for tensor in old_names if tensor in new_names)
        pairs = ((f"{name}: {tensor}", old(tensor), new(tensor)) for tensor in common)
        deviations += filter(None, (_deviation(*pair, tolerance) for pair in pairs))
    return FileComparison(len(old_names), tuple(deviations))


def _deviation(name: str, old: torch.Tensor, new: torch.Tensor, tolerance: Tolerance) -> Deviation | None:
    if (old.shape, old.dtype) != (new.shape, new.dtype):
        return Deviation(f"{name} is {_form(old)} in the record, now {_form(new)}", False)
    if torch.equal(old, new):
        return None
    before, now = old.double(), new.double()
    differing = ~torch.isclose(before, now, rtol=0, atol=0, equal_nan=True)
    if not differing.any():
        return None  # NaN in both
    is_close = old.is_floating_point() and bool(
        torch.allclose(before, now, rtol=tolerance.relative, atol=tolerance.absolute, equal_nan=True)
    )
    largest = float((before - now).abs().nan_to_num(0.0).max())
    count = f"{int(differing.sum())} of {differing.numel()} weights differ, by at most {largest:.3g}"
    return Deviation(f"{name}: {count}", is_close)


def _form(tensor: torch.Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} of shape {tuple(tensor.shape)}"


@contextmanager
def _safetensors(file: Path) -> Iterator[tuple[tuple[str, ...], Read]]:
    with safe_open(file, framework="pt") as opened:
        yield tuple(opened.keys()), opened.get_tensor


@contextmanager
def _torch_file(file: Path) -> Iterator[tuple[tuple[str, ...], Read]]:
    content: Any = torch.load(file, map_location="cpu", weights_only=True)
    tensors = dict(_tensors(content, ""))
    yield tuple(tensors), tensors.__getitem__


def _tensors(content: Any, name: str) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the tensors in nested mappings and lists, each with its dotted name."""
    if isinstance(content, torch.Tensor):
        yield name, content
    elif isinstance(content, Mapping | list | tuple):
        items = content.items() if isinstance(content, Mapping) else enumerate(content)
        for key, value in items:
            yield from _tensors(value, f"{name}.{key}".lstrip("."))
