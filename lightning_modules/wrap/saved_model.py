"""Save the final model of a training function: tensors as safetensors, any other object with joblib."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file, save_model

from lightning_modules.checkpoints.final_model import MODEL

OBJECT = "model.joblib"


@dataclass(frozen=True)
class ModelSaver:
    """The function that a training gets as `save`. A second call replaces the first model."""

    folder: Path

    def __call__(self, model: Any) -> Path:
        """Save a torch module, a mapping of tensors, or another object, and return the path of the file.

        Tensors are stored as weights only. Another object, such as a model of scikit-learn, is pickled: whoever loads
        it runs the code in it. Only the Python API does, and only if the user allows it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in (MODEL, OBJECT):
            (self.folder / name).unlink(missing_ok=True)
        path = self.folder / MODEL
        if isinstance(model, torch.nn.Module):
            save_model(model, str(path))
        elif _is_state(model):
            save_file({name: tensor.detach().cpu().contiguous() for name, tensor in model.items()}, path)
        else:
            import joblib  # comes with scikit-learn

            path = self.folder / OBJECT
            joblib.dump(model, path)
        return path


def _is_state(model: Any) -> bool:
    return (
        isinstance(model, Mapping) and bool(model) and all(isinstance(value, torch.Tensor) for value in model.values())
    )
