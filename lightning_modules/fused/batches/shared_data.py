"""Draw the batches of all members from one table of tensors, which is much faster than a loader for each member.

This is done only if the data are certain to be equal for all members: nothing is drawn while they are prepared, two
members with different seeds get equal tables, and the loaders do no more than index tensors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from lightning import LightningDataModule
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch import Tensor
from torch.utils.data import DataLoader

from lightning_modules.fused.batches.ensemble_data import Batches, prepare
from lightning_modules.fused.batches.shared_table import Table, equal_table
from lightning_modules.fused.random_states import MemberRandom, drawing_nothing


class SharedData:
    """Batches of equal data. The order of the training rows is that of each member."""

    def __init__(self, first: LightningDataModule, second: LightningDataModule, states: Sequence[MemberRandom]) -> None:
        """Take two prepared data modules of members with different seeds.

        Raises:
            NotFusable: The data cannot be shared.
        """
        self._first, self._second, self._states = first, second, list(states)
        self._training = equal_table(first.train_dataloader(), second.train_dataloader())
        self._validation = None
        if is_overridden("val_dataloader", first):
            self._validation = equal_table(first.val_dataloader(), second.val_dataloader())

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
            self._test = equal_table(self._first.test_dataloader(), self._second.test_dataloader())
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
