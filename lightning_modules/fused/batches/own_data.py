"""Draw the batches of each member from a data module of its own, in the order in which its training alone would.

Lightning creates the iterator of an epoch, which draws from torch's random state, before the first batch of the epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lightning import LightningDataModule
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch.utils.data import DataLoader

from lightning_modules.fused.batches.ensemble_data import Batches, checked_loader, prepare, stacked
from lightning_modules.fused.members import NotFusable
from lightning_modules.fused.random_states import MemberRandom, drawing_nothing


class MemberLoaders:
    """The loaders of one member, which draw from its random state."""

    test: DataLoader[Any]

    def __init__(self, module: LightningDataModule, state: MemberRandom) -> None:
        """Prepare the data module for a training. `random` and `numpy.random` have the seed of the member."""
        self.module, self.state = module, state
        with state.active():
            prepare(module, "fit")
            self.training = checked_loader(module.train_dataloader())
            self._first_epoch: Iterator[Any] | None = iter(self.training)
            has_validation = is_overridden("val_dataloader", module)
            self.validation = checked_loader(module.val_dataloader()) if has_validation else None

    def prepare_test(self) -> DataLoader[Any]:
        with self.state.active():
            self.module.teardown("fit")
            prepare(self.module, "test")
            self.test = checked_loader(self.module.test_dataloader())
        return self.test

    def start(self, loader: DataLoader[Any]) -> Iterator[Any]:
        """Start an epoch. The first one of the training was started when the loader was made."""
        first, self._first_epoch = self._first_epoch, None
        if first is not None and loader is self.training:
            return first
        with self.state.active():
            return iter(loader)

    def next(self, epoch: Iterator[Any]) -> Any:
        with self.state.active():
            return next(epoch)


class OwnData:
    """Batches that are drawn for each member, then stacked."""

    def __init__(self, members: Sequence[MemberLoaders]) -> None:
        self._members = list(members)

    @property
    def modules(self) -> Sequence[LightningDataModule]:
        return [member.module for member in self._members]

    @property
    def test_loader(self) -> DataLoader[Any]:
        return self._members[0].test

    @property
    def has_validation(self) -> bool:
        return self._members[0].validation is not None

    def keep(self, positions: Sequence[int]) -> None:
        self._members = [self._members[position] for position in positions]

    def training_epoch(self) -> Batches:
        return self._stacked([member.training for member in self._members])

    def validation_epoch(self) -> Batches:
        return self._stacked([member.validation for member in self._members if member.validation is not None])

    def test_epoch(self) -> Batches:
        with drawing_nothing("the data module", with_torch=False):
            loaders = [member.prepare_test() for member in self._members]
        return self._stacked(loaders)

    def _stacked(self, loaders: Sequence[DataLoader[Any]]) -> Batches:
        lengths = {len(loader) for loader in loaders}
        if len(lengths) > 1:
            raise NotFusable(f"the members have different numbers of batches: {sorted(lengths)}")
        pairs = zip(self._members, loaders, strict=True)
        epochs = {member: member.start(loader) for member, loader in pairs}
        for _ in range(max(lengths, default=0)):
            with drawing_nothing("the data set", with_torch=False):
                batches = [member.next(epochs[member]) for member in self._members]
            yield stacked(batches)
