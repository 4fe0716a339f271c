"""Load the trained model of a run into the process of a user.

A model of Lightning is built from the config and gets the weights of the run. A training that is a plain function or a
command saves what it likes. An object that it saved with joblib is a pickle, and loaded only if the user allows it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError, SpecError
from compiler.base.paths import ENGINE, Lab
from compiler.base.trust import require_trust
from compiler.python_source.definitions import Definitions
from compiler.python_source.modules import Modules
from compiler.python_source.training_kind import training_kind
from compiler.run_table.run_row import RunRow
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.toolchain import Toolchain
from proband.api.lab_code import code_of_lab
from proband.api.stored_arrays import WEIGHTS, recorded_file

if TYPE_CHECKING:
    from lightning import LightningModule

_SAMPLE = "output/final_model/sample.safetensors"
_OBJECT = "output/final_model/model.joblib"


class ModelNotLoaded(InputError):
    """The model of a run cannot be loaded, or is not the one that the run trained."""


def load_trained_model(
    lab: Lab, row: RunRow, config: Mapping[str, Any], *, is_stale_accepted: bool = False, allow_pickle: bool = False
) -> Any:
    """Return the model of a run in evaluation mode, or the object that a training function saved.

    Raises:
        UntrustedLab: The code of the lab may not be run.
        DamagedRun: A file of the run is missing or differs from what the run recorded.
        ModelNotLoaded: The code has changed, the class of the model is unknown, or its prediction differs from the
            recorded one.
    """
    require_trust(lab)
    recorded_file(lab, row.run, "config.json")
    if not is_stale_accepted:
        _check_code(lab, row.run, config)
    with code_of_lab(lab, config):
        if training_kind(config, Definitions(Modules([lab.root, ENGINE]))) != "lightning":
            return _saved_object(lab, row.run, allow_pickle=allow_pickle)
        return _lightning_model(lab, row.run, config)


def _lightning_model(lab: Lab, run_id: str, config: Mapping[str, Any]) -> LightningModule:
    weights = recorded_file(lab, run_id, WEIGHTS)
    recorded_file(lab, run_id, _SAMPLE)
    from lightning_modules.checkpoints.final_model import BadCheckpoint
    from lightning_modules.checkpoints.loaded_model import load_for_inference

    try:
        model, comparison = load_for_inference(config, weights.parent)
    except BadCheckpoint as error:
        raise ModelNotLoaded(f"run {run_id}: {error}") from error
    if not comparison.is_close:
        raise ModelNotLoaded(
            f"run {run_id}: the loaded model differs from the recorded prediction by up to {comparison.deviation:g}"
        )
    if comparison.reason:
        message = f"run {run_id}: it recorded no prediction to compare with: {comparison.reason}"
        warnings.warn(message, stacklevel=5)
    elif comparison.deviation:
        message = f"run {run_id}: the prediction differs from the recorded one by rounding ({comparison.deviation:g})"
        warnings.warn(message, stacklevel=5)
    return model


def _saved_object(lab: Lab, run_id: str, *, allow_pickle: bool) -> Any:
    """Return the object that a training function saved with joblib.

    Raises ModelNotLoaded if it saved tensors, or if pickles are not allowed.
    """
    if (lab.run(run_id) / WEIGHTS).is_file():
        message = "its training function saved tensors, and not the class of the model (use weights())"
        raise ModelNotLoaded(f"run {run_id}: {message}")
    file = recorded_file(lab, run_id, _OBJECT)
    if not allow_pickle:
        message = "its training function saved a pickle, and loading a pickle runs the code in it"
        raise ModelNotLoaded(f"run {run_id}: {message} (if you trust the file, use model(allow_pickle=True))")
    import joblib

    return joblib.load(file)


def _check_code(lab: Lab, run_id: str, config: Mapping[str, Any]) -> None:
    """Raise ModelNotLoaded if the code that the config names is not the code that the run was trained with."""
    recorded = recorded_fingerprint(lab.run(run_id))
    try:
        current = Toolchain(lab).run(dict(config)).fingerprint
    except SpecError as error:
        raise ModelNotLoaded(f"run {run_id}: {error}") from error
    if recorded != current:
        raise ModelNotLoaded(
            f"run {run_id}: its code has changed since it was trained"
            " (restore the code, or load the weights into the current code with model(stale=True))"
        )
