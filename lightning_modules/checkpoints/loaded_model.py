"""Load the final model of a run for inference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from lightning import LightningModule
from lightning.pytorch.utilities.seed import isolate_rng

from lightning_modules.checkpoints.final_model import PredictionComparison, compare_with_recorded, load_final_model


def load_for_inference(config: Mapping[str, Any], folder: Path) -> tuple[LightningModule, PredictionComparison]:
    """Return the model of a run in evaluation mode, and how far its prediction is from the recorded one.

    The random number generators of the process are the same before and after. The comparison uses as many threads as
    the training, because the number of threads can change the last bits of a sum.

    Raises:
        BadCheckpoint: A file is missing or damaged, or the weights do not fit the model.
    """
    with isolate_rng(), _threads(int(config["resources"]["cpus"])):
        model = load_final_model(config["model"], folder)
        comparison = compare_with_recorded(model, folder)
    return model.eval(), comparison


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
