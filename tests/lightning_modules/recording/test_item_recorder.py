"""Trainings with and without results of items: lab models, several or no test loaders, limits."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from lightning import LightningDataModule, LightningModule, Trainer
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.recording.item_results import Items, NoItemResults


class Plain(LightningModule):
    """A model as in docs/extending.md: it logs means, and predicts scores."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.draws: list[float] = []

    def test_step(self, batch: Any, batch_idx: int, dataloader_idx: int = 0) -> Any:
        self.draws.append(float(torch.rand(())))
        self.log("accuracy", (self.layer(batch[0]).argmax(dim=1) == batch[1]).float().mean())

    def predict_step(self, batch: Any, batch_idx: int) -> Any:
        torch.rand(7)  # must not change the numbers of the next batch
        return self.layer(batch[0])


class Failing(Plain):
    def predict_step(self, batch: Any, batch_idx: int) -> Any:
        raise ZeroDivisionError("a bug in predict_step")


class Pairs(LightningDataModule):
    def __init__(self, loaders: int = 1, shuffle: bool = False) -> None:
        super().__init__()
        self.loaders, self.shuffle = loaders, shuffle

    def test_dataloader(self) -> Any:
        generator = torch.Generator().manual_seed(0)
        points, labels = torch.randn(10, 2, generator=generator), torch.arange(10) % 3
        loaders = [DataLoader(TensorDataset(points, labels), 4, shuffle=self.shuffle) for _ in range(self.loaders)]
        return loaders[0] if self.loaders == 1 else loaders


def run_test(model: LightningModule, data: LightningDataModule, recorder: ItemRecorder, **arguments: Any) -> Trainer:
    quiet: dict[str, Any] = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = Trainer(accelerator="cpu", callbacks=[recorder], enable_checkpointing=False, **quiet, **arguments)
    trainer.test(model, datamodule=data, verbose=False)
    return trainer


def items_of(model: LightningModule, data: LightningDataModule, **arguments: Any) -> tuple[Items, Trainer]:
    recorder = ItemRecorder()
    trainer = run_test(model, data, recorder, **arguments)
    return recorder.items(), trainer


def test_a_model_that_returns_nothing_is_asked_for_its_predictions() -> None:
    items, trainer = items_of(Plain(), Pairs())
    assert items["ids"].tolist() == list(range(10))
    assert items["target"].tolist() == [index % 3 for index in range(10)]
    assert items["correct"].mean() == pytest.approx(float(trainer.callback_metrics["accuracy"]))


def test_items_of_the_tested_batches_are_recorded() -> None:
    assert len(items_of(Plain(), Pairs(), limit_test_batches=2)[0]["ids"]) == 8


def test_recording_does_not_change_the_numbers_of_the_test() -> None:
    draws = []
    for recorder in (ItemRecorder(), ItemRecorder(max_bytes=0)):  # the second one predicts once only
        model = Plain()
        torch.manual_seed(0)
        run_test(model, Pairs(), recorder)
        draws.append(model.draws)
    assert draws[0] == draws[1]
    assert len(draws[0]) == 3


@pytest.mark.parametrize(
    ("model", "data", "max_bytes", "reason"),
    [
        (Plain(), Pairs(loaders=2), 1000, "not exactly one test loader"),
        (Plain(), Pairs(loaders=0), 1000, "no items|not exactly one"),
        (Plain(), Pairs(shuffle=True), 1000, "no fixed order"),
        (Failing(), Pairs(), 1000, "a bug in predict_step"),
        (Plain(), Pairs(), 100, "larger than 100 bytes"),
    ],
    ids=["two loaders", "no loader", "shuffled", "predict_step raises", "too large"],
)
def test_a_test_without_results_of_items_ends_normally(
    model: LightningModule, data: LightningDataModule, max_bytes: int, reason: str
) -> None:
    recorder = ItemRecorder(max_bytes)
    run_test(model, data, recorder)
    with pytest.raises(NoItemResults, match=reason):
        recorder.items()


def test_a_recorder_that_never_tested_has_no_items() -> None:
    with pytest.raises(NoItemResults, match="no items"):
        ItemRecorder().items()


def test_a_second_test_replaces_the_first() -> None:
    recorder = ItemRecorder()
    for _ in range(2):
        run_test(Plain(), Pairs(), recorder)
    assert len(recorder.items()["ids"]) == 10


class Returning(Plain):
    def test_step(self, batch: Any, batch_idx: int, dataloader_idx: int = 0) -> dict[str, Tensor]:
        return {"correct": batch[1] == 0}

    def predict_step(self, batch: Any, batch_idx: int) -> Any:
        raise AssertionError("the test step has returned the results")


def test_results_of_the_test_step_take_precedence() -> None:
    items, _ = items_of(Returning(), Pairs())
    assert items["correct"].tolist() == [index % 3 == 0 for index in range(10)]
