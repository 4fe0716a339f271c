"""Save the final model with a recorded prediction, and check later that the loaded model repeats the prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.utilities.model_helpers import is_overridden
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import Tensor

from lightning_modules.checkpoints.batch_tensors import first_rows, named_tensors, nested_tensors
from lightning_modules.checkpoints.prediction import PREDICTION, NoPrediction, predict, repeat_prediction

MODEL, SAMPLE = "model.safetensors", "sample.safetensors"
_METHOD, _REASON = "method", "no prediction"  # keys in the metadata of the sample
_SAMPLE_ROWS = 4
# Allow for rounding differences of float32 on another processor or with another number of threads.
_RELATIVE_TOLERANCE, _ABSOLUTE_TOLERANCE = 1e-4, 1e-5


class BadCheckpoint(Exception):
    """A saved model is incomplete or damaged, or its shapes differ from those of its config."""


@dataclass(frozen=True)
class PredictionComparison:
    """The comparison of the recorded prediction with that of the loaded model.

    `reason` states why the run has no prediction to compare, "" if it has one. The weights were loaded in both cases.
    """

    shapes: tuple[tuple[int, ...], ...]
    deviation: float  # largest absolute difference
    is_close: bool
    reason: str = ""


class BatchSampler(Callback):
    """Keeps the first rows of the first test batch, as the model receives it."""

    rows: Mapping[str, Tensor] = {}

    def on_test_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        if batch_idx == dataloader_idx == 0:
            tensors = named_tensors(batch, "batch")
            self.rows = {name: _contiguous_copy(first_rows(tensor, _SAMPLE_ROWS)) for name, tensor in tensors.items()}


def save_final_model(model: LightningModule, rows: Mapping[str, Tensor], folder: Path) -> str:
    """Save the weights, the sampled rows, and the prediction of the model for these rows on the CPU.

    Return why there is no prediction, "" if there is one. The file of the sample then has the reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = model.cpu()
    save_model(model, str(folder / MODEL))
    try:
        if not rows:
            raise NoPrediction("the training tested no batch of tensors")
        prediction = predict(model, nested_tensors(rows, "batch"))
    except NoPrediction as error:
        save_file(dict(rows), folder / SAMPLE, metadata={_REASON: str(error)})
        return str(error)
    tensors = {name: _contiguous_copy(tensor) for name, tensor in prediction.tensors.items()}
    save_file({**rows, **tensors}, folder / SAMPLE, metadata={_METHOD: prediction.method})
    return ""


def compare_prediction(model_config: Mapping[str, Any], folder: Path) -> PredictionComparison:
    """Build the model from its config, load the saved weights, and compare its prediction with the recorded one.

    Raises:
        BadCheckpoint: A file is missing or damaged, or the weights do not fit the model.
    """
    _load_sample(folder / SAMPLE)  # a damaged sample is reported before the model is built
    return compare_with_recorded(load_final_model(model_config, folder), folder)


def load_final_model(model_config: Mapping[str, Any], folder: Path) -> LightningModule:
    """Build the model from its config and load the saved weights.

    Raises:
        BadCheckpoint: The weights are missing or damaged, or do not fit the model.
    """
    model: LightningModule = instantiate(dict(model_config), _convert_="all")
    if is_overridden("configure_model", model):
        model.configure_model()
    try:
        load_model(model, folder / MODEL, strict=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        message = f"{MODEL} does not load into {type(model).__name__}{_late_layers(model)}: {error}"
        raise BadCheckpoint(message) from error
    return model


def compare_with_recorded(model: LightningModule, folder: Path) -> PredictionComparison:
    """Compare the prediction of a loaded model with the recorded one.

    Raises:
        BadCheckpoint: The sample is missing or damaged, or the prediction has another shape.
    """
    sample, metadata = _load_sample(folder / SAMPLE)
    if reason := metadata.get(_REASON):
        return PredictionComparison((), 0.0, True, reason)
    recorded = {name: tensor for name, tensor in sample.items() if name.split(".")[0] == PREDICTION}
    method = metadata.get(_METHOD, "predict_step")
    try:
        repeated = repeat_prediction(model, method, nested_tensors(sample, "batch"))
    except Exception as error:
        if not (cause := _late_layers(model)):
            raise
        raise BadCheckpoint(f"{type(model).__name__}{cause}: {type(error).__name__}: {error}") from error
    return _compare(recorded, repeated)


def _late_layers(model: LightningModule) -> str:
    """Return the probable cause, if the model has a hook that can build layers from the data."""
    if not is_overridden("setup", model):
        return ""
    return ", which makes layers in setup() and cannot be rebuilt without its data (make them in __init__)"


def _contiguous_copy(tensor: Tensor) -> Tensor:
    """Copy the tensor, because safetensors accepts neither strides nor shared memory."""
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _load_sample(path: Path) -> tuple[dict[str, Tensor], Mapping[str, str]]:
    """Return the tensors and the metadata of a recorded sample."""
    try:
        tensors: dict[str, Tensor] = load_file(path)
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        if _REASON in metadata:
            return tensors, metadata
        nested_tensors(tensors, "batch")
        predictions = [tensor for name, tensor in tensors.items() if name.split(".")[0] == PREDICTION]
        if not predictions:
            raise KeyError(PREDICTION)
        if not all(tensor.numel() for tensor in predictions):
            raise BadCheckpoint(f"{path.name} contains an empty prediction, so there is nothing to compare")
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise BadCheckpoint(f"{path.name} is not a recorded prediction: {error}") from error
    return tensors, metadata


def _compare(recorded: Mapping[str, Tensor], repeated: Mapping[str, Tensor]) -> PredictionComparison:
    shapes, repeated_shapes = _shapes(recorded), _shapes(repeated)
    if shapes != repeated_shapes:
        raise BadCheckpoint(f"the recorded prediction has {shapes}, the loaded model gives {repeated_shapes}")
    pairs = [(recorded[name].double(), repeated[name].double()) for name in recorded]
    deviation = float(torch.stack([(new - old).abs().max() for old, new in pairs]).max())
    is_close = all(torch.allclose(new, old, rtol=_RELATIVE_TOLERANCE, atol=_ABSOLUTE_TOLERANCE) for old, new in pairs)
    return PredictionComparison(tuple(tuple(tensor.shape) for tensor in recorded.values()), deviation, is_close)


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}
