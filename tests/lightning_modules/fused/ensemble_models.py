"""Models and data modules that can be trained in an ensemble."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, AdamW, Optimizer
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset, random_split

from lightning_modules.data.digits import DigitsDataModule
from lightning_modules.models.fusable_module import BatchResults
from lightning_modules.models.mlp import MLP


class WithAdamW(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return AdamW(self.parameters(), lr=self.lr, weight_decay=self.weight_decay, betas=(0.8, 0.99))


class WithSGD(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return SGD(self.parameters(), lr=self.lr, weight_decay=self.weight_decay)


class WithMomentum(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return SGD(self.parameters(), lr=self.lr, weight_decay=self.weight_decay, momentum=0.9, nesterov=True)


class DropoutTwice(MLP):
    """Uses one dropout layer in two places."""

    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.network.insert(1, self.network[3])  # type: ignore[operator, index]


class NoItems(MLP):
    fusable = True

    def test_results(self, batch: Any) -> BatchResults:
        return BatchResults(super().test_results(batch).metrics, {})


class InfiniteValidation(MLP):
    """Its validation loss is infinite if its weights are large, as a learning rate of 0.5 makes them."""

    fusable = True

    def validation_metrics(self, batch: Any) -> dict[str, Tensor]:
        metrics = super().validation_metrics(batch)
        return metrics | {"eval_loss": metrics["eval_loss"] + self.infinite_if_large()}

    def infinite_if_large(self) -> Tensor:
        largest = torch.stack([parameter.abs().max() for parameter in self.parameters()]).max()
        return torch.where(largest > 1.5, torch.inf, 0.0)


class InfiniteTest(InfiniteValidation):
    fusable = True

    def validation_metrics(self, batch: Any) -> dict[str, Tensor]:
        return MLP.validation_metrics(self, batch)

    def test_results(self, batch: Any) -> BatchResults:
        metrics, items = super().test_results(batch)
        return BatchResults(metrics | {"test_loss": metrics["test_loss"] + self.infinite_if_large()}, items)


class SeededSplit(DigitsDataModule):
    """Its training rows depend on the global seed."""

    def setup(self, stage: str) -> None:
        super().setup(stage)
        self.part, _ = random_split(self.digits, [0.5, 0.5])

    def train_dataloader(self) -> Any:
        return DataLoader(self.part, self.batch_size, shuffle=True)


class NoisyDataset(TensorDataset):
    def __getitem__(self, index: Any) -> Any:
        images, labels = super().__getitem__(index)
        return images + 0.1 * torch.randn_like(images), labels


class NoisyRows(DigitsDataModule):
    """Its rows draw random numbers when they are read."""

    def train_dataloader(self) -> Any:
        part = NoisyDataset(*self.digits[torch.from_numpy(self.split.train)])
        return DataLoader(part, self.batch_size, shuffle=True)


class OwnGenerator(DigitsDataModule):
    """Its order of the rows does not depend on the seed, but on how many epochs the generator has seen."""

    def train_dataloader(self) -> Any:
        part = TensorDataset(*self.digits[torch.from_numpy(self.split.train)])
        return DataLoader(part, self.batch_size, shuffle=True, generator=torch.Generator().manual_seed(5))


class OwnBatchSampler(DigitsDataModule):
    """Its batches are chosen by a batch sampler, which the loader does not describe by a size."""

    def train_dataloader(self) -> Any:
        part = TensorDataset(*self.digits[torch.from_numpy(self.split.train)])
        return DataLoader(part, batch_sampler=BatchSampler(RandomSampler(part), 50, drop_last=True))


class WithReplacement(DigitsDataModule):
    """Draws fewer rows than there are, with replacement."""

    def train_dataloader(self) -> Any:
        part = TensorDataset(*self.digits[torch.from_numpy(self.split.train)])
        return DataLoader(part, 16, sampler=RandomSampler(part, replacement=True, num_samples=100), drop_last=True)


class NoValidation(DigitsDataModule):
    val_dataloader = DigitsDataModule.__mro__[1].val_dataloader  # type: ignore[assignment]


class NoTest(DigitsDataModule):
    test_dataloader = DigitsDataModule.__mro__[1].test_dataloader  # type: ignore[assignment]
