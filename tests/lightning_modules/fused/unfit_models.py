"""Models and data that state, wrongly, that they can be trained in an ensemble."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, dropout
from torch.optim import Adam, Optimizer, Rprop
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

from lightning_modules.data.digits import DigitsDataModule
from lightning_modules.models.mlp import MLP


class Silent(MLP):
    """A subclass that states nothing."""


class OwnStep(MLP):
    fusable = True

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        return 2 * super().training_step(batch, batch_idx)


class OwnHook(MLP):
    fusable = True

    def on_train_batch_end(self, *args: Any) -> None:
        with torch.no_grad():
            next(self.parameters()).clamp_(-1, 1)


class ReplacedMethod(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.configure_gradient_clipping = lambda *_, **__: None  # type: ignore[method-assign]


class ReadsItsRate(MLP):
    """Its loss has a term that depends on a value that differs between the members."""

    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        penalty = sum((parameter**2).sum() for parameter in self.parameters())
        return super().training_loss(batch) + self.weight_decay * penalty


class ReadsHyperparameters(MLP):
    fusable = True

    def __init__(self, lr: float = 0.1, hidden: int = 64, dropout: float = 0.0, weight_decay: float = 0.0) -> None:
        super().__init__(lr, hidden, dropout, weight_decay)
        self.save_hyperparameters()

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss(batch) * (1 + self.hparams["lr"])


class OtherActivation(MLP):
    """The activation depends on the learning rate, so that the members have different functions."""

    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.network[2] = nn.ReLU() if self.lr < 0.015 else nn.Tanh()  # type: ignore[index]


class Closure(MLP):
    """The function depends on the learning rate, where only a call shows it."""

    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        rate = self.lr
        self.scaled = lambda loss: loss * rate

    def training_loss(self, batch: Any) -> Tensor:
        loss: Tensor = self.scaled(super().training_loss(batch))
        return loss


class CountsSteps(MLP):
    """Its loss depends on the number of steps."""

    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.calls = 0

    def training_loss(self, batch: Any) -> Tensor:
        self.calls += 1
        return super().training_loss(batch) * min(1.0, self.calls / 10)


class CountsInAnObject(CountsSteps):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.counts = {"calls": [0]}

    def training_loss(self, batch: Any) -> Tensor:
        self.counts["calls"][0] += 1
        return MLP.training_loss(self, batch)


class ChangesBuffer(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.register_buffer("mean", torch.zeros(()))

    def training_loss(self, batch: Any) -> Tensor:
        loss = super().training_loss(batch)
        self.mean.mul_(0.9).add_(0.1 * loss.detach())  # type: ignore[operator, union-attr]
        return loss


class BatchNorm(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.network.insert(1, nn.BatchNorm1d(64))  # type: ignore[operator]


class UsesEpoch(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss(batch) * (1 + self.current_epoch)


class Logs(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        loss = super().training_loss(batch)
        self.log("another", loss)
        return loss


class DrawsNoise(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss([batch[0] + 0.1 * torch.randn_like(batch[0]), batch[1]])


class DrawsDropout(MLP):
    """Dropout as a function, whose mask all members would share."""

    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss([dropout(batch[0], 0.5, self.training), batch[1]])


class DrawsWithNumpy(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss(batch) * float(np.random.uniform(0.9, 1.1))


class DrawsWithRandom(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return super().training_loss(batch) * random.uniform(0.9, 1.1)


class ChangesBatches(MLP):
    """Changes the images in place, which would change those of the next epoch and of the other members."""

    fusable = True

    def validation_metrics(self, batch: Any) -> dict[str, Tensor]:
        batch[0].mul_(0.5)
        return super().validation_metrics(batch)


class Branches(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        loss = super().training_loss(batch)
        return loss * 2 if loss.item() > 1 else loss


class LossPerItem(MLP):
    fusable = True

    def training_loss(self, batch: Any) -> Tensor:
        return cross_entropy(self(batch[0]), batch[1], reduction="none")


class MixesMembers(MLP):
    """Uses a parameter that is in no layer, the optimizer or the state: a global of the process."""

    fusable = True
    weights = torch.nn.Parameter(torch.ones(()))

    def configure_optimizers(self) -> Optimizer:
        return Adam([*self.parameters(), self.weights], lr=self.lr)


class Frozen(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        next(self.parameters()).requires_grad_(False)


class UnusedLayer(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.unused = nn.Linear(2, 2)


class OtherOptimizer(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return Rprop(self.parameters(), lr=self.lr)


class Schedule(MLP):
    fusable = True

    def configure_optimizers(self) -> Any:
        optimizer = Adam(self.parameters(), lr=self.lr)
        return [optimizer], [StepLR(optimizer, 1)]


class TwoGroups(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        first, *rest = self.parameters()
        return Adam([{"params": [first]}, {"params": rest, "lr": 0.1}], lr=self.lr)


class AmsGrad(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return Adam(self.parameters(), lr=self.lr, amsgrad=True)


class OtherBetas(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        return Adam(self.parameters(), lr=self.lr, betas=(1 - self.lr, 0.999))


class StateOfOptimizer(MLP):
    fusable = True

    def configure_optimizers(self) -> Optimizer:
        optimizer = Adam(self.parameters(), lr=self.lr)
        for parameter in self.parameters():
            optimizer.state[parameter] = {"step": torch.tensor(5.0)}
        return optimizer


class SharedLayer(MLP):
    """All models of the process have one layer in common."""

    fusable = True
    layer = nn.Linear(64, 64)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.network[1] = type(self).layer  # type: ignore[index]


class CountsModels(MLP):
    """Its first weights depend on the number of models that were built before."""

    fusable = True
    models = 0

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        type(self).models += 1
        nn.init.constant_(next(self.parameters()), self.models / 100)


class WeightsFromTheSystem(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        noise = np.random.default_rng().standard_normal(10)
        self.network[4].bias.data = torch.tensor(noise, dtype=torch.float32)  # type: ignore[index, union-attr]


class Hooked(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.network.register_forward_hook(lambda *_: None)


class HalfPrecision(MLP):
    fusable = True

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.double()


class Batches(DigitsDataModule):
    """Changes the batches of a trainer."""

    def on_after_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        return [2 * batch[0], batch[1]]


class RandomRows(DigitsDataModule):
    """Draws from a random state that all members would share."""

    def train_dataloader(self) -> Any:
        part = RandomlyShifted(*self.digits[torch.from_numpy(self.split.train)])
        return DataLoader(part, self.batch_size)


class RandomlyShifted(TensorDataset):
    def __getitem__(self, index: Any) -> Any:
        images, labels = super().__getitem__(index)
        return images + np.random.uniform(), labels


class UnevenRows(DigitsDataModule):
    """The number of rows depends on the seed."""

    def train_dataloader(self) -> Any:
        rows = self.split.train[: 100 + torch.initial_seed() % 7]
        return DataLoader(TensorDataset(*self.digits[torch.from_numpy(rows)]), 32)
