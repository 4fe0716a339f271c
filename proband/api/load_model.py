"""Load the trained model of a run into the process of a user."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from compiler.base.identity import identifying_config
from compiler.base.json_files import readable_object
from compiler.base.paths import ENGINE, Lab
from compiler.base.trust import require_trust
from compiler.python_source.modules import Modules
from compiler.run_table.run_row import RunRow
from compiler.runs.fingerprint import Fingerprints
from proband.api.lab_code import code_of_lab
from proband.api.stored_arrays import WEIGHTS, recorded_file

if TYPE_CHECKING:
    from lightning import LightningModule

_SAMPLE = "output/final_model/sample.safetensors"


class ModelNotLoaded(InputError):
    """The model of a run cannot be loaded, or is not the one that the run trained."""


def load_trained_model(
    lab: Lab, row: RunRow, config: Mapping[str, Any], *, is_stale_accepted: bool = False
) -> LightningModule:
    """Return the model of a run in evaluation mode.

    Raises:
        UntrustedLab: The code of the lab may not be run.
        DamagedRun: A file of the run is missing or differs from what the run recorded.
        ModelNotLoaded: The code has changed, or the model does not repeat the recorded prediction.
    """
    require_trust(lab)
    if not is_stale_accepted:
        _check_code(lab, row.run, config)
    weights = recorded_file(lab, row.run, WEIGHTS)
    recorded_file(lab, row.run, _SAMPLE)
    from lightning_modules.checkpoints.final_model import BadCheckpoint
    from lightning_modules.checkpoints.loaded_model import load_for_inference

    try:
        with code_of_lab(lab, config):
            loaded = load_for_inference(config, weights.parent)
    except BadCheckpoint as error:
        raise ModelNotLoaded(f"run {row.run}: {error}") from error
    if not loaded.is_close:
        raise ModelNotLoaded(
            f"run {row.run}: the loaded model differs from the recorded prediction by up to {loaded.deviation:g}"
        )
    if loaded.deviation:
        message = f"run {row.run}: the prediction differs from the recorded one by rounding ({loaded.deviation:g})"
        warnings.warn(message, stacklevel=3)
    return loaded.model


def _check_code(lab: Lab, run_id: str, config: Mapping[str, Any]) -> None:
    """Raise ModelNotLoaded if the code that the config names is not the code that the run was trained with."""
    recorded = (readable_object(lab.run(run_id) / "provenance.json") or {}).get("fingerprint")
    try:
        current = Fingerprints(Modules([lab.root, ENGINE])).of_config(identifying_config(config))
    except SyntaxError as error:
        raise ModelNotLoaded(f"{error.filename}:{error.lineno}: {error.msg}") from error
    if recorded != current:
        raise ModelNotLoaded(
            f"run {run_id}: its code has changed since it was trained"
            " (restore the code, or load the weights into the current code with model(stale=True))"
        )
