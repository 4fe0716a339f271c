"""Load the final model of a run for inference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import LightningModule
from lightning.pytorch.utilities.seed import isolate_rng
from safetensors.torch import load_model

from lightning_modules.checkpoints.final_model import MODEL, compare_prediction


@dataclass(frozen=True)
class LoadedModel:
    """A model in evaluation mode, and how far it is from the recorded prediction. 0 means equal bits."""

    model: LightningModule
    deviation: float
    is_close: bool


def load_for_inference(config: Mapping[str, Any], folder: Path) -> LoadedModel:
    """Build the model of a resolved config, load its weights, and compare its prediction with the recorded one.

    The random number generators of the process are the same before and after. The comparison uses as many threads as
    the training, because the number of threads can change the last bits of a sum.

    Raises:
        BadCheckpoint: A file is missing or damaged, or the weights do not fit the model.
    """
    with isolate_rng(), _threads(int(config["resources"]["cpus"])):
        comparison = compare_prediction(config["model"], folder)
        model: LightningModule = instantiate(dict(config["model"]), _convert_="all")
        load_model(model, folder / MODEL, strict=True)
    return LoadedModel(model.eval(), comparison.deviation, comparison.is_close)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
