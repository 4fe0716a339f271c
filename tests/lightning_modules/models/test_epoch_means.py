"""Epoch means equal those of Lightning."""

from __future__ import annotations

import torch
from lightning.pytorch.trainer.connectors.logger_connector.result import _ResultCollection

from lightning_modules.models.epoch_means import EpochMeans


def test_means_equal_those_of_lightning_to_the_last_bit() -> None:
    torch.manual_seed(0)
    batches = [(n, torch.rand(()), torch.rand(())) for n in (32, 32, 7, 1)]
    means, collection = EpochMeans(), _ResultCollection(training=False)
    for samples, loss, accuracy in batches:
        means.add(samples, loss, accuracy)
        for name, value in (("loss", loss), ("accuracy", accuracy)):
            collection.log("validation_step", name, value, on_step=False, on_epoch=True, batch_size=samples)
    expected = collection.metrics(on_step=False)["callback"]
    assert torch.equal(torch.stack(means.compute_and_reset()), torch.stack([expected["loss"], expected["accuracy"]]))


def test_means_are_reset_after_each_epoch() -> None:
    means = EpochMeans()
    assert not means
    means.add(2, torch.tensor(8.0, requires_grad=True))
    assert means
    assert [mean.requires_grad for mean in means.compute_and_reset()] == [False]
    assert not means
    means.add(1, torch.tensor(1.0))
    assert means.compute_and_reset() == [torch.tensor(1.0)]
