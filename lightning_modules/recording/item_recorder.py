"""Collect the result of each test item while the trainer tests the model."""

from __future__ import annotations

from typing import Any

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.utilities.model_helpers import is_overridden
from lightning.pytorch.utilities.seed import isolate_rng
from torch.utils.data import BatchSampler, RandomSampler, SubsetRandomSampler, WeightedRandomSampler

from lightning_modules.recording.item_results import (
    Items,
    NoItemResults,
    concatenated,
    predicted_items,
    returned_items,
)

MAX_BYTES = 64 * 2**20  # of all arrays before compression; about three million classified items
_RANDOM_SAMPLERS = (RandomSampler, SubsetRandomSampler, WeightedRandomSampler)


class ItemRecorder(Callback):
    """Records what `test_step` returns for each item, or else what `predict_step` or `forward` predicts.

    An exception does not end the training. It becomes the reason why there are no results of items.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._batches: list[Items] = []
        self._bytes = 0
        self._reason: str | None = None

    def items(self) -> Items:
        """Return the results of all items.

        Raises:
            NoItemResults: There are none. The message gives the reason.
        """
        if self._reason is not None:
            raise NoItemResults(self._reason)
        items = concatenated(self._batches)
        self._check_size(sum(values.nbytes for values in items.values()))  # texts are padded to the longest
        return items

    def on_test_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._batches, self._bytes, self._reason = [], 0, _unidentified_items(trainer)

    def on_test_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        if self._reason is not None:
            return
        try:
            items = _items_of_batch(pl_module, outputs, batch, batch_idx)
            self._bytes += sum(values.nbytes for values in items.values())
            self._check_size(self._bytes)
            self._batches.append(items)
        except Exception as error:
            self._reason, self._batches = str(error) or type(error).__name__, []

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise NoItemResults(f"the results of the items are larger than {self._max_bytes} bytes")


def _items_of_batch(model: LightningModule, outputs: Any, batch: Any, batch_idx: int) -> Items:
    items = returned_items(outputs)
    if items is not None:
        return items
    with isolate_rng():  # the next batches give the same metrics as without the recorder
        predicts = is_overridden("predict_step", model)
        return predicted_items(batch, lambda: model.predict_step(batch, batch_idx) if predicts else model(batch[0]))


def _unidentified_items(trainer: Trainer) -> str | None:
    """Return why an item has no fixed index in the test set, None if it has."""
    loaders = trainer.test_dataloaders
    loaders = loaders if isinstance(loaders, list | tuple) else [loaders]
    if len(loaders) != 1 or len(trainer.num_test_batches) != 1:
        return "there is not exactly one test loader"
    sampler = getattr(loaders[0], "sampler", None)
    batch_sampler = getattr(loaders[0], "batch_sampler", None)
    samplers = (sampler, batch_sampler.sampler if isinstance(batch_sampler, BatchSampler) else None)
    if any(isinstance(sampler, _RANDOM_SAMPLERS) for sampler in samplers):
        return "the test loader shuffles, so the items have no fixed order"
    return None
