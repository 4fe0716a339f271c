"""Save the final model with a recorded prediction, and check later that the loaded model repeats the prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import Callback, LightningModule, Trainer
from safetensors import SafetensorError
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import Tensor

from lightning_modules.checkpoints.batch_tensors import first_rows, named_tensors, nested_tensors

MODEL, SAMPLE = "model.safetensors", "sample.safetensors"
_SAMPLE_ROWS = 4
# Allow for rounding differences of float32 on another processor or with another number of threads.
_RELATIVE_TOLERANCE, _ABSOLUTE_TOLERANCE = 1e-4, 1e-5


class BadCheckpoint(Exception):
    """A saved model is incomplete or damaged, or its shapes differ from those of its config."""


class NotATensor(TypeError):
    """`predict_step` did not return one tensor, so there is no prediction to compare with later."""


@dataclass(frozen=True)
class PredictionComparison:
    """The comparison of the recorded prediction with that of the loaded model."""

    shape: tuple[int, ...]
    deviation: float  # largest absolute difference
    is_close: bool


class BatchSampler(Callback):
    """Keeps the first rows of the first test batch, as the model receives it."""

    rows: Mapping[str, Tensor] = {}

    def on_test_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        if batch_idx == dataloader_idx == 0:
            tensors = named_tensors(batch, "batch")
            self.rows = {name: _contiguous_copy(first_rows(tensor, _SAMPLE_ROWS)) for name, tensor in tensors.items()}


def save_final_model(model: LightningModule, rows: Mapping[str, Tensor], folder: Path) -> None:
    """Save the weights, the sampled rows, and the output of `predict_step` for these rows on the CPU.

    Raises:
        NotATensor: `predict_step` returned something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = model.cpu()
    save_model(model, str(folder / MODEL))
    prediction = _predict(model, nested_tensors(rows, "batch"))
    save_file({**rows, "prediction": _contiguous_copy(prediction)}, folder / SAMPLE)


def compare_prediction(model_config: Mapping[str, Any], folder: Path) -> PredictionComparison:
    """Build the model from its config, load the saved weights, and compare its prediction with the recorded one.

    Raises:
        BadCheckpoint: A file is missing or damaged, or the weights do not fit the model.
    """
    sample = _load_sample(folder / SAMPLE)
    model: LightningModule = instantiate(dict(model_config), _convert_="all")
    try:
        load_model(model, folder / MODEL, strict=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise BadCheckpoint(f"{MODEL} does not load into {type(model).__name__}: {error}") from error
    return _compare(sample["prediction"], _predict(model, nested_tensors(sample, "batch")))


def _contiguous_copy(tensor: Tensor) -> Tensor:
    """Copy the tensor, because safetensors accepts neither strides nor shared memory."""
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _load_sample(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load_file(path)
        nested_tensors(tensors, "batch")
        if tensors["prediction"].numel() == 0:
            raise BadCheckpoint(f"{path.name} contains an empty prediction, so there is nothing to compare")
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise BadCheckpoint(f"{path.name} is not a recorded prediction: {error}") from error
    return tensors


def _predict(model: LightningModule, batch: Any) -> Tensor:
    model.eval()
    with torch.inference_mode(), torch.compiler.set_stance("force_eager"):
        prediction = model.predict_step(batch, 0)
    if not isinstance(prediction, Tensor):
        kind = type(prediction).__name__
        raise NotATensor(f"{type(model).__name__}.predict_step returned a {kind} (it must return a tensor)")
    return prediction.cpu()


def _compare(recorded: Tensor, repeated: Tensor) -> PredictionComparison:
    if recorded.shape != repeated.shape:
        raise BadCheckpoint(
            f"the recorded prediction has shape {tuple(recorded.shape)}, the loaded model gives {tuple(repeated.shape)}"
        )
    deviation = float((recorded.double() - repeated.double()).abs().max())
    is_close = torch.allclose(repeated.double(), recorded.double(), rtol=_RELATIVE_TOLERANCE, atol=_ABSOLUTE_TOLERANCE)
    return PredictionComparison(tuple(recorded.shape), deviation, is_close)
