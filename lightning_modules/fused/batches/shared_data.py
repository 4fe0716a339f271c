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
from lightning_modules.fused.batches.shared_table import Table, equal_table, read_table
from lightning_modules.fused.random_states import MemberRandom, drawing_nothing


class SeededTables:
    """The tables of one member, which a data module prepares while torch's random state is that of the member."""

    def __init__(self, module: LightningDataModule) -> None:
        """Prepare the data module for a training. The process has the seed of the member.

        Raises:
            NotFusable: The data cannot be shared.
        """
        self.module, self._state = module, MemberRandom()
        with drawing_nothing("the data module"):
            prepare(module, "fit")
            self.training = read_table(module.train_dataloader())
            has_validation = is_overridden("val_dataloader", module)
            self.validation = read_table(module.val_dataloader()) if has_validation else None

    def test(self) -> Table:
        with self._state.active(), drawing_nothing("the data module"):
            self.module.teardown("fit")
            prepare(self.module, "test")
            return read_table(self.module.test_dataloader())


class SharedData:
    """Batches of equal data. The order of the training rows is that of each member."""

    def __init__(self, first: SeededTables, second: SeededTables, states: Sequence[MemberRandom]) -> None:
        """Take the tables of two members with different seeds, and the random states of all members.

        Raises:
            NotFusable: The tables differ.
        """
        self._first, self._second, self._states = first, second, list(states)
        self._training = equal_table(first.training, second.training)
        self._validation = None
        if first.validation is not None and second.validation is not None:
            self._validation = equal_table(first.validation, second.validation)

    @property
    def modules(self) -> Sequence[LightningDataModule]:
        return [self._first.module for _ in self._states]

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
        self._test = equal_table(self._first.test(), self._second.test())
        return self._batches(self._test)

    def _batches(self, table: Table) -> Batches:
        rows = {state: _rows(table, state) for state in self._states}
        size = table.loader.batch_size or 1
        for start in _starts(table.loader):
            if table.is_shuffled:
                chosen = torch.stack([rows[state][start : start + size] for state in self._states])
                yield table.container(tensor[chosen] for tensor in table.tensors)
            else:
                batch = [tensor[start : start + size].clone() for tensor in table.tensors]  # a model may change it
                yield table.container(tensor.expand(len(self._states), *tensor.shape) for tensor in batch)


def _rows(table: Table, state: MemberRandom) -> Tensor:
    """Return the order of the rows in the next epoch of a member, and draw what a loader draws for it."""
    with state.active():
        torch.empty((), dtype=torch.int64).random_()  # the seed of worker processes, which every epoch draws
        return torch.tensor(list(table.loader.sampler)) if table.is_shuffled else torch.empty(0)


def _starts(loader: DataLoader[Any]) -> Iterator[int]:
    size = loader.batch_size or 1
    yield from range(0, len(loader) * size, size)
