"""The final model, and a recorded prediction by which anyone can tell that it loads as what it was."""

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
_ROWS = 4
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5  # float32 on another processor or with other threads


class BadCheckpoint(Exception):
    """A saved model that is incomplete, damaged, or of another shape than its config."""


class NotATensor(TypeError):
    """`predict_step` must answer one tensor, or there is nothing to compare with later."""


@dataclass(frozen=True)
class Replay:
    """A recorded prediction beside the one that the loaded model makes now."""

    shape: tuple[int, ...]
    deviation: float  # largest absolute difference
    close: bool


class Sampler(Callback):
    """Keeps the first rows of the first test batch, as the model sees it."""

    rows: Mapping[str, Tensor] = {}

    def on_test_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        if batch_idx == dataloader_idx == 0:
            tensors = named_tensors(batch, "batch")
            self.rows = {name: _copy(first_rows(tensor, _ROWS)) for name, tensor in tensors.items()}


def save_final_model(model: LightningModule, rows: Mapping[str, Tensor], folder: Path) -> None:
    """Writes the weights, the sampled rows, and what `predict_step` says to them on the CPU.

    Raises:
        NotATensor: `predict_step` answered something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = model.cpu()
    save_model(model, str(folder / MODEL))
    prediction = _prediction(model, nested_tensors(rows, "batch"))
    save_file({**rows, "prediction": _copy(prediction)}, folder / SAMPLE)


def replay(node: Mapping[str, Any], folder: Path) -> Replay:
    """Builds the model that `node` names, loads the saved weights, and repeats the recorded prediction.

    Raises:
        BadCheckpoint: a file is missing or damaged, or the weights do not fit the model.
    """
    sample = _sample(folder / SAMPLE)
    model: LightningModule = instantiate(dict(node), _convert_="all")
    try:
        load_model(model, folder / MODEL, strict=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise BadCheckpoint(f"{MODEL} does not load into {type(model).__name__}: {error}") from error
    return _compared(sample["prediction"], _prediction(model, nested_tensors(sample, "batch")))


def _copy(tensor: Tensor) -> Tensor:
    """safetensors takes neither strides nor shared memory."""
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)


def _sample(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load_file(path)
        nested_tensors(tensors, "batch")
        if tensors["prediction"].numel() == 0:
            raise BadCheckpoint(f"{path.name} holds an empty prediction, which proves nothing")
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise BadCheckpoint(f"{path.name} is not a recorded prediction: {error}") from error
    return tensors


def _prediction(model: LightningModule, batch: Any) -> Tensor:
    model.eval()
    with torch.inference_mode(), torch.compiler.set_stance("force_eager"):
        prediction = model.predict_step(batch, 0)
    if not isinstance(prediction, Tensor):
        raise NotATensor(f"{type(model).__name__}.predict_step answered a {type(prediction).__name__}, not a tensor")
    return prediction.cpu()


def _compared(recorded: Tensor, repeated: Tensor) -> Replay:
    if recorded.shape != repeated.shape:
        raise BadCheckpoint(f"recorded prediction {tuple(recorded.shape)}, repeated one {tuple(repeated.shape)}")
    difference = (recorded.double() - repeated.double()).abs()
    deviation = float(difference.max())
    close = torch.allclose(repeated.double(), recorded.double(), rtol=_RELATIVE, atol=_ABSOLUTE)
    return Replay(tuple(recorded.shape), deviation, close)
