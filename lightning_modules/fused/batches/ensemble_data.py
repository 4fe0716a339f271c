"""Define the batches of an ensemble, and how a data module prepares for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import torch
from lightning import LightningDataModule
from torch import Tensor
from torch.utils._pytree import tree_map
from torch.utils.data import DataLoader

from lightning_modules.fused.members import NotFusable

Batches = Iterator[Any]  # batches whose tensors have the shape (members, rows, …)


class EnsembleData(Protocol):
    """The data of all members.

    `modules` are the data modules of the members, in their order. Their test loaders have equal samplers, of which
    `test_loader` is one. `keep` forgets the members at all other positions, also between two batches.
    """

    @property
    def modules(self) -> Sequence[LightningDataModule]: ...
    @property
    def test_loader(self) -> DataLoader[Any]: ...
    @property
    def has_validation(self) -> bool: ...
    def keep(self, positions: Sequence[int]) -> None: ...
    def training_epoch(self) -> Batches: ...
    def validation_epoch(self) -> Batches: ...
    def test_epoch(self) -> Batches: ...


def prepare(module: LightningDataModule, stage: str) -> None:
    module.prepare_data()
    module.setup(stage)


def checked_loader(loader: Any) -> DataLoader[Any]:
    """Return a loader whose batches can be drawn in this process.

    Raises:
        NotFusable: It is not exactly a DataLoader, or has worker processes.
    """
    if type(loader) is not DataLoader:
        raise NotFusable(f"a loader is {type(loader).__name__}, not a torch.utils.data.DataLoader")
    if loader.num_workers:
        raise NotFusable("a loader has worker processes (num_workers must be 0)")
    if loader.batch_sampler is None or not hasattr(loader.dataset, "__len__"):
        raise NotFusable("a loader has no batches, or a data set without a length")
    return loader


def stacked(batches: Sequence[Any]) -> Any:
    """Return one batch whose tensors have the members as their first dimension.

    Raises:
        NotFusable: The batches differ in shape, or contain something other than tensors.
    """
    try:
        return tree_map(lambda *values: torch.stack(values), batches[0], *batches[1:])
    except (TypeError, ValueError, RuntimeError) as error:
        raise NotFusable(f"the batches of the members are not tensors of equal shapes ({error})") from error


def member_batch(batch: Any, position: int) -> Any:
    """Return the batch of one member."""
    return tree_map(lambda value: value[position] if isinstance(value, Tensor) else value, batch)
