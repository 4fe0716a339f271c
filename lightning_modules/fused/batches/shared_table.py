"""Read the tensors of a loader that does no more than index them, and compare those of two members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

from lightning_modules.fused.batches.ensemble_data import checked_loader
from lightning_modules.fused.members import NotFusable


@dataclass(frozen=True)
class Table:
    """The tensors of a data set, and the loader that takes batches from them."""

    loader: DataLoader[Any]
    tensors: tuple[Tensor, ...]
    container: type  # of a batch: list or tuple

    @property
    def is_shuffled(self) -> bool:
        return isinstance(self.loader.sampler, RandomSampler)

    def is_equal(self, other: Table) -> bool:
        pairs = list(zip(self.tensors, other.tensors, strict=False))
        same = [len(self.tensors) == len(other.tensors), self.container is other.container]
        for name in ("batch_size", "drop_last"):
            same.append(getattr(self.loader, name) == getattr(other.loader, name))
        first, second = ({**vars(table.loader.sampler), "data_source": None} for table in (self, other))
        same += [type(self.loader.sampler) is type(other.loader.sampler), first == second]
        return all(same) and all(a.shape == b.shape and a.dtype == b.dtype and torch.equal(a, b) for a, b in pairs)


def equal_table(first: Table, second: Table) -> Table:
    """Return one of two tables that are equal.

    Raises:
        NotFusable: The tables differ.
    """
    if not first.is_equal(second):
        raise NotFusable("the data depend on the seed")
    return first


def read_table(loader: Any) -> Table:
    """Return the table of a loader that does no more than index tensors.

    Raises:
        NotFusable: The loader may do more.
    """
    loader = checked_loader(loader)
    dataset, sampler = loader.dataset, loader.sampler
    if not isinstance(dataset, TensorDataset):
        raise NotFusable("the data set is not a table of tensors")
    tensors = dataset.tensors
    is_plain = (
        type(dataset).__getitem__ is TensorDataset.__getitem__
        and type(dataset).__len__ is TensorDataset.__len__
        and type(sampler) in (RandomSampler, SequentialSampler)
        and getattr(sampler, "data_source", None) is dataset
        and type(loader.batch_sampler) is BatchSampler
        and loader.batch_sampler.sampler is sampler
        and loader.batch_size is not None
        and loader.generator is None
        and getattr(sampler, "generator", None) is None
        and tensors[0].shape[0] > 0
    )
    if not is_plain:
        raise NotFusable("the loaders do more than index tensors")
    for rows in ([0], list(range(min(tensors[0].shape[0], loader.batch_size or 1)))[::-1]):
        batch = _fetched(loader, rows)
        expected = [tensor[rows] for tensor in tensors]
        if not (isinstance(batch, list | tuple) and len(batch) == len(expected) and all(map(_same, batch, expected))):
            raise NotFusable("the loaders change the rows of the data set")
    return Table(loader, tensors, type(batch))


def _fetched(loader: DataLoader[Any], rows: list[int]) -> Any:
    """Return a batch as a loader fetches it."""
    fetch = getattr(loader.dataset, "__getitems__", None)
    return loader.collate_fn(fetch(rows) if fetch else [loader.dataset[row] for row in rows])


def _same(value: Any, expected: Tensor) -> bool:
    return isinstance(value, Tensor) and value.dtype == expected.dtype and torch.equal(value, expected)
