"""A run of a lab, as a value for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.base.diagnostics import InputError
from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.run_table.run_details import read_details
from compiler.run_table.run_row import RunRow

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from torch import Tensor


@dataclass(frozen=True)
class Run:
    """A run as it was on disk when it was selected. Files are read when they are accessed."""

    _lab: Lab = field(repr=False)
    _row: RunRow = field(repr=False)

    @property
    def id(self) -> str:
        return self._row.run

    @property
    def state(self) -> str:
        """`done`, `failed`, `running`, `stale` or `waiting`."""
        return self._row.state

    @property
    def reason(self) -> str:
        """Why the run is in its state, "" if there is nothing to say."""
        return self._row.reason

    @property
    def points(self) -> tuple[str, ...]:
        """The names of the points of the experiment that this run trains."""
        return self._row.points

    @property
    def metrics(self) -> Mapping[str, float]:
        return self._row.metrics

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The values of the resolved config by dotted key."""
        return self._row.parameters

    @property
    def config(self) -> dict[str, Any]:
        """The resolved config. Raises Error if the run has none."""
        config = (readable_object(self.folder / "config.json") or {}).get("config")
        if not isinstance(config, dict):
            raise InputError(f"run {self.id}: has no config.json yet (its state is {self.state})")
        return config

    @property
    def folder(self) -> Path:
        """The folder of the run. It does not exist before the run has finished."""
        return self._lab.run(self.id)

    @property
    def error(self) -> Mapping[str, Any] | None:
        """The `kind`, `message`, `hint` and `traceback` of a failed run."""
        return read_details(self._lab, self._row).error

    @property
    def history(self) -> pd.DataFrame:
        """The logged metrics, one row for each logging step."""
        from proband.api.frames import history_frame

        return history_frame(self._lab, [self._row])

    @property
    def predictions(self) -> dict[str, np.ndarray[Any, Any]]:
        """The arrays of `predictions.npz`: the result of each test item. Raises Error if the run has none."""
        from proband.api.stored_arrays import read_predictions

        return read_predictions(self._lab, self.id)

    def weights(self) -> dict[str, Tensor]:
        """Return the tensors of the final model by name, after a check of their hash. Runs no code of the lab.

        Raises:
            Error: The run has no final model, or the file differs from what the run recorded.
        """
        from proband.api.stored_arrays import read_weights

        return read_weights(self._lab, self.id)

    def model(self, *, stale: bool = False, allow_pickle: bool = False) -> Any:
        """Return the trained model, for Lightning in evaluation mode and on the CPU. Imports code of the lab.

        The weights are those of the run, bit for bit. The model repeats the prediction that the run recorded. Of a run
        that a plain function trained, the object is returned that the function saved with joblib, if this is allowed.

        Args:
            stale: load the weights into the current code, although the code has changed since the run was trained.
            allow_pickle: load an object that a training function saved with joblib, which runs the code in the file.

        Raises:
            Error: The lab is not trusted, the run is stale or has no model, its files differ from what it recorded, or
                the model does not repeat the recorded prediction.
        """
        from proband.api.load_model import load_trained_model

        return load_trained_model(self._lab, self._row, self.config, is_stale_accepted=stale, allow_pickle=allow_pickle)

    def __repr__(self) -> str:
        return f"Run('{self.id}', {self.state}, {', '.join(self.points) or 'orphan'})"
