"""Draw the batches of all members from one table of tensors, which is much faster than a loader for each member.

This is done only if the data are certain to be equal for all members: nothing is drawn while they are prepared, two
members with different seeds get equal tables, and the loaders do no more than index tensors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from lightning import LightningDataModule
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

from lightning_modules.fused.member_data import Batches, checked_loader, prepare
from lightning_modules.fused.members import NotFusable
from lightning_modules.fused.random_states import MemberRandom, drawing_nothing


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


class SharedData:
    """Batches of equal data. The order of the training rows is that of each member."""

    def __init__(self, first: LightningDataModule, second: LightningDataModule, states: Sequence[MemberRandom]) -> None:
        """Take two prepared data modules of members with different seeds.

        Raises:
            NotFusable: The data cannot be shared.
        """
        self._first, self._second, self._states = first, second, list(states)
        self._training = _equal_table(first.train_dataloader(), second.train_dataloader())
        self._validation = None
        if is_overridden("val_dataloader", first):
            self._validation = _equal_table(first.val_dataloader(), second.val_dataloader())

    @property
    def modules(self) -> Sequence[LightningDataModule]:
        return [self._first for _ in self._states]

    @property
    def test_loader(self) -> DataLoader[Any]:
        return self._test.loader

    @property
    def has_validation(self) -> bool:
        return self._validation is not None

    def keep(self, positions: Sequence[int]) -> None:
        self._states = [self._states[position] for position in positions]

    def training_epoch(self) -> Batches:
        return self._batches(self._training)

    def validation_epoch(self) -> Batches:
        assert self._validation is not None
        return self._batches(self._validation)

    def test_epoch(self) -> Batches:
        with drawing_nothing("the data module"):
            for module in (self._first, self._second):
                module.teardown("fit")
                prepare(module, "test")
            self._test = _equal_table(self._first.test_dataloader(), self._second.test_dataloader())
        return self._batches(self._test)

    def _batches(self, table: Table) -> Batches:
        rows = {state: _rows(table, state) for state in self._states}
        size = table.loader.batch_size or 1
        for start in _starts(table.loader):
            if table.is_shuffled:
                chosen = torch.stack([rows[state][start : start + size] for state in self._states])
                yield table.container(tensor[chosen] for tensor in table.tensors)
            else:
                batch = [tensor[start : start + size] for tensor in table.tensors]
                yield table.container(tensor.expand(len(self._states), *tensor.shape) for tensor in batch)


def _rows(table: Table, state: MemberRandom) -> Tensor:
    """Return the order of the rows in the next epoch of a member, and draw what a loader draws for it."""
    with state.active():
        torch.empty((), dtype=torch.int64).random_()  # the seed of worker processes, which every epoch draws
        return torch.tensor(list(table.loader.sampler)) if table.is_shuffled else torch.empty(0)


def _starts(loader: DataLoader[Any]) -> Iterator[int]:
    size = loader.batch_size or 1
    yield from range(0, len(loader) * size, size)


def _equal_table(first: Any, second: Any) -> Table:
    with drawing_nothing("the loader"):
        table, other = _table(checked_loader(first)), _table(checked_loader(second))
    if not table.is_equal(other):
        raise NotFusable("the data depend on the seed")
    return table


def _table(loader: DataLoader[Any]) -> Table:
    """Return the table of a loader that does no more than index tensors.

    Raises:
        NotFusable: The loader may do more.
    """
    dataset, sampler = loader.dataset, loader.sampler
    is_plain = (
        isinstance(dataset, TensorDataset)
        and type(dataset).__getitem__ is TensorDataset.__getitem__
        and type(dataset).__len__ is TensorDataset.__len__
        and type(sampler) in (RandomSampler, SequentialSampler)
        and getattr(sampler, "data_source", None) is dataset
        and type(loader.batch_sampler) is BatchSampler
        and loader.generator is None
        and getattr(sampler, "generator", None) is None
        and len(dataset) > 0
    )
    if not is_plain:
        raise NotFusable("the loaders do more than index tensors")
    assert isinstance(dataset, TensorDataset)
    for rows in ([0], list(range(min(len(dataset), loader.batch_size or 1)))[::-1]):
        batch = _fetched(loader, rows)
        expected = [tensor[rows] for tensor in dataset.tensors]
        if not (isinstance(batch, list | tuple) and len(batch) == len(expected) and all(map(_same, batch, expected))):
            raise NotFusable("the loaders change the rows of the data set")
    return Table(loader, dataset.tensors, type(batch))


def _fetched(loader: DataLoader[Any], rows: list[int]) -> Any:
    """Return a batch as a loader fetches it."""
    fetch = getattr(loader.dataset, "__getitems__", None)
    return loader.collate_fn(fetch(rows) if fetch else [loader.dataset[row] for row in rows])


def _same(value: Any, expected: Tensor) -> bool:
    return isinstance(value, Tensor) and value.dtype == expected.dtype and torch.equal(value, expected)
