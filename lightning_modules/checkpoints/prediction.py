"""Predict a batch with a model that has no trainer, by the first method that gives a tensor.

The method is recorded with the prediction, so that the loaded model repeats the same call later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from lightning import LightningModule
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch import Tensor

from lightning_modules.checkpoints.batch_tensors import named_tensors

PREDICTION = "prediction"
_MAX_REASON = 200  # characters of the error of one method


class NoPrediction(Exception):
    """No method of the model gives a tensor for the sampled batch. The message lists what each method gave."""


@dataclass(frozen=True)
class Prediction:
    """The tensors of a prediction by name, and the method that gave them."""

    method: str
    tensors: Mapping[str, Tensor]


def predict(model: LightningModule, batch: Any) -> Prediction:
    """Return the prediction by `predict_step`, else by `forward`, else by `test_step`.

    Raises:
        NoPrediction: None of them returns a tensor.
    """
    reasons = []
    for method in _methods(model, batch):
        try:
            return Prediction(method, repeat_prediction(model, method, batch))
        except Exception as error:  # code of the user that was not written for this call can raise anything
            reasons.append(f"{method}: {_short(error)}")
    raise NoPrediction("; ".join(reasons))


def repeat_prediction(model: LightningModule, method: str, batch: Any) -> dict[str, Tensor]:
    """Return the tensors that a method gives for a batch, on the CPU.

    Raises:
        NoPrediction: The method returns no tensor.
        Exception: The model raised it.
    """
    model.eval()
    with _without_trainer(model), torch.inference_mode(), torch.compiler.set_stance("force_eager"):
        returned = _CALLS[method](model, batch)
    tensors = {name: tensor.cpu() for name, tensor in named_tensors(returned, PREDICTION).items() if tensor.numel()}
    if not tensors:
        raise NoPrediction(f"returns {type(returned).__name__} without a tensor")
    return tensors


_CALLS: dict[str, Callable[[LightningModule, Any], Any]] = {
    "predict_step": lambda model, batch: model.predict_step(batch, 0),
    "forward(batch)": lambda model, batch: model(batch),
    "forward(**batch)": lambda model, batch: model(**batch),
    "forward(*batch[:-1])": lambda model, batch: model(*batch[:-1]),
    "forward(*batch)": lambda model, batch: model(*batch),
    "test_step": lambda model, batch: model.test_step(batch, 0),
}


def _methods(model: LightningModule, batch: Any) -> Iterator[str]:
    """Yield the methods of a model in the order of preference. The last entry of a batch is usually the target."""
    if is_overridden("predict_step", model):
        yield "predict_step"
    yield "forward(batch)"
    if isinstance(batch, Mapping):
        yield "forward(**batch)"
    elif isinstance(batch, list | tuple):
        yield from ("forward(*batch[:-1])", "forward(*batch)")
    if is_overridden("test_step", model):
        yield "test_step"


@contextmanager
def _without_trainer(model: LightningModule) -> Iterator[None]:
    """Detach the trainer inside the block: a loaded model has none, and without it `self.log` does nothing."""
    trainer = model._trainer
    model._trainer = None
    try:
        yield
    finally:
        model._trainer = trainer


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= _MAX_REASON else f"{text[:_MAX_REASON]}…"
