"""Read the weights and the predictions of a run, after a check that the files are those that the run recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.runs.run_status import read_complete_status

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

WEIGHTS, PREDICTIONS = "output/final_model/model.safetensors", "output/predictions.npz"


class DamagedRun(InputError):
    """A file of a run is missing, or differs from what the run recorded."""


def recorded_file(lab: Lab, run_id: str, path: str) -> Path:
    """Return the path of an artifact whose size and hash are those that the run recorded. Raises DamagedRun."""
    file, status = lab.run(run_id) / path, read_complete_status(lab.status(run_id))
    artifact = status.artifacts.get(path) if status else None
    if artifact is None:
        raise DamagedRun(f"run {run_id}: has no {path}" + ("" if status else ", because it has not finished"))
    try:
        matches = artifact.matches(file)
    except OSError as error:
        raise DamagedRun(f"run {run_id}: {path} cannot be read: {error.strerror}") from error
    if not matches:
        raise DamagedRun(f"run {run_id}: {path} differs from the file that the run recorded (see `proband verify`)")
    return file


def read_weights(lab: Lab, run_id: str) -> dict[str, Tensor]:
    """Return the tensors of the final model. Raises DamagedRun."""
    from safetensors.torch import load_file

    tensors: dict[str, Tensor] = load_file(recorded_file(lab, run_id, WEIGHTS))
    return tensors


def read_predictions(lab: Lab, run_id: str) -> dict[str, np.ndarray[Any, Any]]:
    """Return the results of the test items by name. Raises DamagedRun."""
    import numpy as np

    with np.load(recorded_file(lab, run_id, PREDICTIONS), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
